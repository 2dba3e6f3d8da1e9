import { randomUUID } from 'node:crypto'
import { type ChannelModel, type ConfirmChannel, connect, type GetMessage } from 'amqplib'

/** A queue of its own, and an exchange that leads to it. */
export class RabbitmqQueue {
  readonly name = `q-${randomUUID()}`
  private readonly port: number
  private readonly model: ChannelModel
  private readonly channel: ConfirmChannel

  private constructor(port: number, model: ChannelModel, channel: ConfirmChannel) {
    this.port = port
    this.model = model
    this.channel = channel
  }

  static async on({ port, url }: { readonly port: number; readonly url: string }): Promise<RabbitmqQueue> {
    const model = await connect(url)
    const queue = new RabbitmqQueue(port, model, await model.createConfirmChannel())
    await queue.channel.assertQueue(queue.name)
    await queue.channel.assertExchange(queue.name, 'topic')
    await queue.channel.bindQueue(queue.name, queue.name, '#')
    return queue
  }

  /** Of a source. */
  get source(): { host: string; port: number; queue: string } {
    return { host: '127.0.0.1', port: this.port, queue: this.name }
  }

  /** Of a sink. */
  get sink(): { host: string; port: number; exchange: string; routingKey: string } {
    return { host: '127.0.0.1', port: this.port, exchange: this.name, routingKey: 'rows' }
  }

  async send(...bodies: readonly string[]): Promise<void> {
    for (const body of bodies) this.channel.sendToQueue(this.name, Buffer.from(body), { persistent: true })
    await this.channel.waitForConfirms()
  }

  async figures(): Promise<{ readonly messageCount: number; readonly consumerCount: number }> {
    return await this.channel.checkQueue(this.name)
  }

  /** All that is in it; it is empty then. */
  async take(): Promise<readonly GetMessage[]> {
    const all: GetMessage[] = []
    for (let found = await this.channel.get(this.name); found; found = await this.channel.get(this.name)) all.push(found)
    this.channel.ackAll()
    return all
  }

  async end(): Promise<void> {
    await this.channel.deleteQueue(this.name)
    await this.channel.deleteExchange(this.name)
    await this.model.close()
  }
}
