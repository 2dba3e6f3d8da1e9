import { type Channel, type ChannelModel, connect, type GetMessage } from 'amqplib'
import type { Address } from '../../../../scripts/systems/real-servers.ts'
import { limits } from '../../src/rabbitmq/limits.ts'
import { openRabbitmqSink } from '../../src/rabbitmq/sink.ts'
import { openRabbitmqSource } from '../../src/rabbitmq/source.ts'
import { type Columns, flat } from '../conformance/rows.ts'
import { Wire } from '../conformance/wire.ts'
import type { Fault, SinkWorld, SourceWorld } from '../conformance/worlds.ts'

const short = { ...limits, connectMs: 1000, answerMs: 1000 }
const longKey = 'k'.repeat(256)

/** A queue of its own, an exchange that leads to it, and a wire between them and what is tried. */
export class RabbitmqWorld {
  readonly name: string
  readonly channel: Channel
  readonly wire: Wire
  private readonly model: ChannelModel

  private constructor(name: string, model: ChannelModel, channel: Channel, wire: Wire) {
    this.name = name
    this.model = model
    this.channel = channel
    this.wire = wire
  }

  static async begin({ port, url }: Address): Promise<RabbitmqWorld> {
    const name = `q-${crypto.randomUUID()}`
    const model = await connect(url)
    const channel = await model.createChannel()
    await channel.assertQueue(name)
    await channel.assertExchange(name, 'topic')
    await channel.bindQueue(name, name, '#')
    return new RabbitmqWorld(name, model, channel, await Wire.to(port))
  }

  /** Where the fault is not that nobody listens, or nobody answers. */
  reached(fault?: Fault): { readonly host: string; readonly port: number; readonly user: string; readonly password: string } {
    if (fault === 'silence') this.wire.silence()
    return { host: '127.0.0.1', port: fault === 'nobody' ? 1 : this.wire.port, user: 'guest', password: fault === 'login' ? 'wrong' : 'guest' }
  }

  place(fault?: Fault): string {
    return fault === 'place' ? 'missing' : this.name
  }

  /** All that is in the queue; it is empty then. */
  async take(): Promise<readonly GetMessage[]> {
    const all: GetMessage[] = []
    for (let found = await this.channel.get(this.name); found; found = await this.channel.get(this.name)) all.push(found)
    this.channel.ackAll()
    return all
  }

  async end(): Promise<void> {
    await this.wire.end()
    await this.channel.deleteQueue(this.name)
    await this.channel.deleteExchange(this.name)
    await this.model.close()
  }
}

export async function rabbitmqSourceWorld(server: Address): Promise<SourceWorld> {
  const world = await RabbitmqWorld.begin(server)
  return {
    open: (position, fault) =>
      openRabbitmqSource({ identity: world.name, position, settings: { ...world.reached(fault), queue: world.place(fault), prefetch: 3000 } }, short),
    send: async (bodies) => {
      for (const body of bodies) world.channel.sendToQueue(world.name, Buffer.from(body))
      // Answered after all that was sent before.
      await world.channel.checkQueue(world.name)
    },
    cut: () => world.wire.cut(),
    silence: () => world.wire.silence(),
    end: () => world.end(),
  }
}

export async function rabbitmqSinkWorld(server: Address): Promise<SinkWorld> {
  const world = await RabbitmqWorld.begin(server)
  return {
    keeps: 'messages',
    guarantee: 'at least once',
    impossible: { text: longKey },
    open: (place, fault) => {
      const settings = { ...world.reached(fault), exchange: world.place(fault), routingKey: 'rows.{text}' }
      return openRabbitmqSink({ identity: world.name, ...place, settings }, short)
    },
    read: async () => (await world.take()).map(({ content }) => flat(JSON.parse(content.toString()) as Columns)),
    cut: () => world.wire.cut(),
    silence: () => world.wire.silence(),
    end: () => world.end(),
  }
}
