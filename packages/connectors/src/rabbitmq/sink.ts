import { once } from 'node:events'
import type { RabbitmqSink } from '@millrace/api/schemas'
import type { ConfirmChannel, Message } from 'amqplib'
import type { RefusedRow, Sink, SinkOpening, SinkRows } from '../contract.ts'
import { lost, refused } from '../failures.ts'
import { Connection } from './connection.ts'
import { system } from './explained.ts'
import { limits as defaultLimits } from './limits.ts'
import { type RowMessage, rowMessages } from './row-messages.ts'

/** Errors: CONNECTOR_REFUSED (the login, the exchange, the right to write to it), CONNECTOR_LOST. */
export async function openRabbitmqSink({ settings }: SinkOpening<RabbitmqSink>, limits = defaultLimits): Promise<Sink> {
  const connection = new Connection(settings, limits)
  return connection.open(async (channel) => {
    // The one without a name is always there, and may not be asked for.
    if (settings.exchange) await channel.checkExchange(settings.exchange)
    return new ExchangeSink(connection, channel, settings)
  })
}

class ExchangeSink implements Sink {
  private readonly connection: Connection
  private readonly channel: ConfirmChannel
  private readonly settings: RabbitmqSink
  private readonly exchange: string
  /** The first message of the page that no queue got. */
  private returned: Message | null = null

  constructor(connection: Connection, channel: ConfirmChannel, settings: RabbitmqSink) {
    this.connection = connection
    this.channel = channel
    this.settings = settings
    this.exchange = settings.exchange ?? ''
    channel.on('return', (message) => {
      this.returned ??= message
    })
  }

  async write(rows: SinkRows): Promise<readonly RefusedRow[]> {
    return this.connection.ask(`exchange ${this.exchange === '' ? '(default)' : this.exchange}`, async () => {
      const { messages, refused: refusedRows } = rowMessages(rows, this.settings)
      await this.publish(messages)
      if (this.returned !== null) throw this.unroutable(this.returned)
      return refusedRows
    })
  }

  close(): Promise<void> {
    return this.connection.close()
  }

  /** Resolves when RabbitMQ has all of them for sure. */
  private async publish(messages: readonly RowMessage[]): Promise<void> {
    await this.connection.unblocked()
    const all = new Confirms(messages.length)
    for (const { routingKey, id, body } of messages) {
      const options = { mandatory: true, deliveryMode: 2, contentType: 'application/json', messageId: id, timestamp: Math.floor(Date.now() / 1000) }
      const takesMore = this.channel.publish(this.exchange, routingKey, body, options, all.confirm)
      if (!takesMore) await once(this.channel, 'drain')
    }
    await all.done
  }

  private unroutable({ fields }: Message): Error {
    if (this.exchange === '') return refused(system, `there is no queue ${fields.routingKey}: declare it`)
    return refused(system, `no queue is bound to the exchange ${this.exchange} for the routing key ${fields.routingKey}: bind one`)
  }
}

/** So many answers, each of which has to be good. */
class Confirms {
  readonly done: Promise<void>
  readonly confirm: (error: unknown) => void

  constructor(count: number) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let missing = count
    if (missing === 0) resolve()
    this.done = promise
    // Awaited later than it may fail.
    promise.catch(() => undefined)
    this.confirm = (error) => {
      if (error) reject(lost(system, 'it could not keep a message: a queue is full, or failed'))
      else if (--missing === 0) resolve()
    }
  }
}
