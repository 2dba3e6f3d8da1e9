import { type Append, type Log, type NewChunk, pinLimits } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { Answer, Outgoing } from '../../outgoing/outgoing.ts'
import { markChunk } from '../mark.ts'
import { appendPatiently } from '../patient-append.ts'
import { oldestBehindGap } from '../reading/begin-position.ts'
import type { Encoders } from '../reading/encoders.ts'
import type { Outlet } from '../reading/outlet.ts'
import { type Page, readPage } from '../reading/page.ts'
import { isWithoutOutput } from '../way-outlet.ts'
import { backoffMs } from './backoff.ts'
import { type Batch, batchOf } from './body.ts'
import { deadChunk } from './dead-batch.ts'
import { signature, signatureHeader } from './signature.ts'
import { type Webhook, webhookDeadStream, webhookMarkStream } from './webhook.ts'

/** Time and chance of deliveries. */
export interface Pace {
  now(): number
  /** Resolves after that time, or when the signal is given. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** From 0 to 1. */
  random(): number
}

export interface DeliveryContext {
  readonly log: Log
  readonly outgoing: Outgoing
  readonly encoders: Encoders
  readonly pace: Pace
  /** How often a batch is sent before it is a dead letter. */
  readonly maxTries: number
  readonly maxRows: number
  /** A page waits so long for results, then waits anew. */
  readonly waitMs: number
}

export interface DeliveryFigures {
  /** Results below it were delivered or are dead letters. */
  readonly position: number
  readonly delivered: number
  readonly dead: number
  /** Tries of the batch that is under way, which failed, and why the last one did; 0 tries: why it is not read; null: none did. */
  readonly failing: { readonly tries: number; readonly reason: string } | null
  /** Why it ended by itself; null: it goes on. */
  readonly ended: string | null
}

const emptyMs = 100
const withoutOutputMs = 1000

/** Brings results to an address, batch after batch, each until it was taken or tried often enough; at least once. */
export class Delivery {
  readonly #hook: Webhook
  readonly #outlet: Outlet
  readonly #context: DeliveryContext
  readonly #stopped = new AbortController()
  readonly #running: Promise<void>
  #figures: DeliveryFigures

  constructor(hook: Webhook, outlet: Outlet, position: number, context: DeliveryContext) {
    this.#hook = hook
    this.#outlet = outlet
    this.#context = context
    this.#figures = { position, delivered: 0, dead: 0, failing: null, ended: null }
    this.#running = this.#run().catch((error: unknown) => this.#note({ ended: String(error) }))
  }

  get figures(): DeliveryFigures {
    return this.#figures
  }

  /** What was sent and not yet taken is sent again at the next start. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { encoders, pace } = this.#context
    const { signal } = this.#stopped
    let from = this.#figures.position
    while (!signal.aborted) {
      const page = await this.#page(from)
      if (page === null) return
      const batch = page.rows === 0 ? null : batchOf(this.#hook, page, encoders)
      await this.#lose(from, batch?.first ?? page.next)
      if (batch === null) {
        from = page.next
        // A log that was closed answers at once, again and again.
        await pace.pause(emptyMs, signal)
        continue
      }
      await this.#deliver(batch)
      from = this.#figures.position
    }
  }

  /** Null: nobody wants it any more. */
  async #page(from: number): Promise<Page | null> {
    const { log, pace, maxRows, waitMs } = this.#context
    const { signal } = this.#stopped
    while (!signal.aborted) {
      try {
        const page = await readPage(log, this.#outlet, from, false, { limit: maxRows, waitMs, signal, sameFields: false })
        return signal.aborted ? null : page
      } catch (error) {
        if (!isWithoutOutput(error)) throw error
        this.#note({ failing: { tries: 0, reason: error.message } })
        await pace.pause(withoutOutputMs, signal)
      }
    }
    return null
  }

  /** Results of [from, before) that retention dropped are told as a dead letter. */
  async #lose(from: number, before: number): Promise<void> {
    if (oldestBehindGap(this.#context.log, this.#outlet, from, before) === null) return
    await this.#die({ first: from, last: before - 1, rows: 0, body: Buffer.alloc(0) }, 0, 'retention dropped results before they were delivered')
  }

  async #deliver(batch: Batch): Promise<void> {
    const { pace, maxTries } = this.#context
    const { signal } = this.#stopped
    for (let tries = 1; !signal.aborted; tries++) {
      const { reason, askedMs } = await this.#send(batch, tries)
      if (signal.aborted) return
      if (reason === null) return this.#advance(batch)
      if (tries === maxTries) return this.#die(batch, tries, reason)
      this.#note({ failing: { tries, reason } })
      await pace.pause(backoffMs(tries, pace.random(), askedMs), signal)
    }
  }

  /** Why it was not taken; null: it was. */
  async #send({ body, first, last }: Batch, tries: number): Promise<{ readonly reason: string | null; readonly askedMs: number }> {
    const { outgoing, pace } = this.#context
    const { name, url, secret } = this.#hook
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'millrace',
      'millrace-delivery': `${name}-${first}-${last}`,
      'millrace-try': String(tries),
      [signatureHeader]: signature(secret, pace.now(), body),
    }
    try {
      const answer = await outgoing.post(url, headers, body, this.#stopped.signal)
      return { reason: reasonOf(answer), askedMs: askedMsOf(answer, pace.now()) }
    } catch (error) {
      return { reason: error instanceof MillraceError ? `${error.code}: ${error.message}` : String(error), askedMs: 0 }
    }
  }

  async #advance({ last, rows }: Batch): Promise<void> {
    await this.#append([this.#mark(last + 1)])
    await this.#moved({ position: last + 1, delivered: this.#figures.delivered + rows, failing: null })
  }

  /** The dead letter is there if and only if the webhook goes on behind it. */
  async #die(batch: Batch, tries: number, reason: string): Promise<void> {
    await this.#append([deadChunk(webhookDeadStream(this.#hook.name), batch, tries, reason), this.#mark(batch.last + 1)])
    await this.#moved({ position: batch.last + 1, dead: this.#figures.dead + batch.rows, failing: null })
  }

  async #moved(change: Partial<DeliveryFigures>): Promise<void> {
    this.#note(change)
    await pinFrom(this.#context.log, this.#hook, this.#outlet, this.#figures.position)
  }

  #mark(position: number): NewChunk {
    return markChunk(webhookMarkStream(this.#hook.name), position)
  }

  #append(chunks: Append['chunks']): Promise<void> {
    const { log, pace } = this.#context
    const { signal } = this.#stopped
    return appendPatiently(log, { tenant: this.#hook.tenant, chunks }, (ms) => pace.pause(ms, signal), signal)
  }

  #note(change: Partial<DeliveryFigures>): void {
    this.#figures = { ...this.#figures, ...change }
  }
}

/** Results that are still to be delivered stay, for a while. */
export function pinFrom(log: Log, { tenant, name }: Webhook, { stream }: Outlet, sequence: number): Promise<void> {
  return log.pin({ tenant, name: pinName(name), streams: [stream], sequence, ...pinLimits })
}

export function pinName(webhook: string): string {
  return `$webhooks/${webhook}`
}

function reasonOf({ status, text }: Answer): string | null {
  return status >= 200 && status < 300 ? null : `status ${status}${text === '' ? '' : `: ${text.slice(0, 200)}`}`
}

/** `Retry-After` is in seconds, or a date (RFC 9110). */
function askedMsOf({ headers }: Answer, nowMs: number): number {
  const asked = headers['retry-after'] ?? ''
  const ms = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - nowMs
  return Number.isNaN(ms) ? 0 : Math.max(0, ms)
}
