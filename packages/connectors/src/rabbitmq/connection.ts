import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib'
import { lost } from '../failures.ts'
import { Calls } from '../stores/calls.ts'
import { connectOptions, placeOf, type Reached, socketOptions, vhostOf } from './address.ts'
import { explained, system } from './explained.ts'
import type { Limits } from './limits.ts'

/** Of a timer; no call waits so long. */
const withoutLimit = 2 ** 31 - 1

/** One connection with one channel. The first failure ends it, and is what all later calls fail with: CONNECTOR_REFUSED or CONNECTOR_LOST. */
export class Connection {
  readonly place: string
  private readonly settings: Reached
  private readonly limits: Limits
  private readonly calls = new Calls()
  private readonly socket = new AbortController()
  private model: ChannelModel | null = null
  private channel: ConfirmChannel | null = null
  private failure: Error | null = null
  /** Why it takes no messages now. */
  private blocked: string | null = null

  constructor(settings: Reached, limits: Limits) {
    this.settings = settings
    this.limits = limits
    this.place = placeOf(settings)
  }

  /** Connects, and does with the channel what `begin` says; nothing is left where either fails. */
  async open<T>(begin: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    const { connectMs, heartbeatSeconds } = this.limits
    const place = `${this.place}, virtual host ${vhostOf(this.settings)}`
    const channel = await this.run(place, connectMs, async () => {
      const model = await connect(connectOptions(this.settings, heartbeatSeconds), socketOptions(this.settings, this.socket.signal))
      this.watch(model)
      const channel = await model.createConfirmChannel()
      this.channel = channel
      channel.on('error', (error) => this.fail(explained(error, this.place)))
      // Where the connection ends its channels do so first; it knows why.
      channel.on('close', () => queueMicrotask(() => this.fail(lost(system, `${this.place}: the channel was closed`))))
      return channel
    })
    return this.ask(this.place, () => begin(channel))
  }

  /** What the work gives; it is about `what`. */
  ask<T>(what: string, work: () => Promise<T>): Promise<T> {
    return this.run(what, this.limits.answerMs, work)
  }

  /** Until the work is done, however long that takes. */
  wait<T>(what: string, work: () => Promise<T>): Promise<T> {
    return this.run(what, withoutLimit, work)
  }

  /** Resolves when it takes messages, which is not so while it is short of memory or disk. */
  async unblocked(): Promise<void> {
    if (this.blocked !== null) await new Promise<void>((resolve) => this.model?.once('unblocked', resolve))
  }

  fail(failure: Error): void {
    if (this.failure !== null) return
    this.end(failure)
    this.socket.abort()
  }

  /** What was sent is still read there, if it answers within a short time. */
  async close(): Promise<void> {
    if (this.failure !== null) return
    this.end(lost(system, `${this.place}: the connection was closed`))
    await this.sayGoodbye().catch(() => undefined)
    this.socket.abort()
  }

  private end(failure: Error): void {
    this.failure = failure
    this.calls.end(failure)
  }

  private sayGoodbye(): Promise<void> {
    const late = (): Error => new Error('no answer to the goodbye')
    return new Calls().run(this.limits.closeMs, late, async () => {
      // The end of the connection would overtake what the channel still has to send.
      await this.channel?.close()
      await this.model?.close()
    })
  }

  private async run<T>(what: string, limitMs: number, work: () => Promise<T>): Promise<T> {
    try {
      return await this.calls.run(limitMs, () => this.late(what, limitMs), work)
    } catch (error) {
      this.fail(explained(error, what))
      throw this.failure
    }
  }

  private late(what: string, limitMs: number): Error {
    const why = this.blocked === null ? 'no answer' : `it takes no messages (${this.blocked})`
    return lost(system, `${what}: ${why} for ${limitMs / 1000} s`)
  }

  private watch(model: ChannelModel): void {
    this.model = model
    model.on('error', (error) => this.fail(explained(error, this.place)))
    model.on('close', (error) => this.fail(explained(error ?? new Error('it closed the connection'), this.place)))
    model.on('blocked', (reason) => {
      this.blocked = reason
    })
    model.on('unblocked', () => {
      this.blocked = null
    })
  }
}
