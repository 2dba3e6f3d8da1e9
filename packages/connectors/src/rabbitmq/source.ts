import type { RabbitmqSource } from '@millrace/api/schemas'
import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import type { Messages, Source, SourceOpening } from '../contract.ts'
import { lost, refused } from '../failures.ts'
import { Connection } from './connection.ts'
import { Deliveries } from './deliveries.ts'
import { system } from './explained.ts'
import { limits as defaultLimits } from './limits.ts'
import { QueueLength } from './queue-length.ts'

const defaultPrefetch = 2000
/** Of messages that wait here. */
const waitingBytes = 64 << 20

/** Errors: CONNECTOR_REFUSED (the login, the queue, the right to read it), CONNECTOR_LOST. */
export async function openRabbitmqSource({ settings }: SourceOpening<RabbitmqSource>, limits = defaultLimits): Promise<Source> {
  const connection = new Connection(settings, limits)
  return connection.open(async (channel) => {
    const { messageCount } = await channel.checkQueue(settings.queue)
    const source = new QueueSource(connection, channel, settings, messageCount)
    await channel.prefetch(settings.prefetch ?? defaultPrefetch)
    await channel.consume(settings.queue, (message) => source.receive(message))
    return source
  })
}

class QueueSource implements Source {
  private readonly connection: Connection
  private readonly channel: ConfirmChannel
  private readonly queue: string
  private readonly length: QueueLength
  private readonly deliveries = new Deliveries()
  private arrived: (() => void) | null = null
  /** Of the batch that was given on. */
  private last: ConsumeMessage | null = null

  constructor(connection: Connection, channel: ConfirmChannel, { queue }: RabbitmqSource, messageCount: number) {
    this.connection = connection
    this.channel = channel
    this.queue = `queue ${queue}`
    this.length = new QueueLength(channel, queue, messageCount)
  }

  /** Null: the server ends the consumer. */
  receive(message: ConsumeMessage | null): void {
    if (message === null) this.connection.fail(lost(system, `${this.queue}: it was deleted, or moves to another server`))
    // Nothing is taken out of a stream, and it would begin with what comes next each time.
    else if (message.properties.headers?.['x-stream-offset'] !== undefined) {
      this.connection.fail(refused(system, `${this.queue}: it is a stream, which forgets nothing that was read: use a classic or quorum queue`))
    } else this.keep(message)
  }

  async next(): Promise<Messages> {
    const arrival = Promise.withResolvers<void>()
    this.arrived = arrival.resolve
    if (this.deliveries.count > 0) arrival.resolve()
    await this.connection.wait(this.queue, () => arrival.promise)
    this.arrived = null
    const taken = this.deliveries.take()
    this.last = taken.at(-1) ?? null
    return { bodies: taken.map(({ content }) => content), position: null, lost: 0, behind: this.deliveries.count + this.length.now }
  }

  async accepted(): Promise<void> {
    await this.connection.ask(this.queue, async () => {
      if (this.last !== null) this.channel.ack(this.last, true)
    })
    this.last = null
    this.length.askAgain()
  }

  close(): Promise<void> {
    return this.connection.close()
  }

  private keep(message: ConsumeMessage): void {
    this.deliveries.add(message)
    this.length.delivered()
    if (this.deliveries.bytes > waitingBytes && this.deliveries.count > 1) this.refuseSize()
    this.arrived?.()
  }

  /** Whoever sends has no limits but those of RabbitMQ, and memory is for all tenants. */
  private refuseSize(): void {
    const prefetch = Math.max(1, Math.floor(this.deliveries.count / 2))
    this.connection.fail(refused(system, `${this.queue}: its messages are large, more than 64 MiB wait to be acknowledged: set prefetch to ${prefetch}`))
  }
}
