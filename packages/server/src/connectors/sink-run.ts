import type { Sink as OpenedSink, RefusedRow } from '@millrace/connectors'
import { type Log, type NewChunk, pinLimits } from '@millrace/log'
import type { Named } from '../live/kept-ways.ts'
import { markChunk } from '../live/mark.ts'
import { appendPatiently } from '../live/patient-append.ts'
import { oldestBehindGap } from '../live/reading/begin-position.ts'
import type { Encoders } from '../live/reading/encoders.ts'
import { type Outlet, positionAt } from '../live/reading/outlet.ts'
import { type Page, readPage } from '../live/reading/page.ts'
import { deadChunk } from '../live/webhooks/dead-batch.ts'
import type { Pace } from '../live/webhooks/delivery.ts'
import { identityOf } from './identity.ts'
import { Lives } from './lives.ts'
import type { SealedSettings } from './sealed-settings.ts'
import { type KeptSink, sinkDeadStream, sinkMarkStream, sinkPinName } from './sink.ts'
import { linesOfPage, sinkRows } from './sink-rows.ts'
import type { TenantThreads } from './tenant-threads.ts'

export interface SinkContext {
  readonly log: Log
  readonly threads: TenantThreads
  readonly settings: SealedSettings
  readonly encoders: Encoders
  readonly pace: Pace
  /** Of a page. */
  readonly maxRows: number
  /** A page waits so long for rows, then waits anew. */
  readonly waitMs: number
}

const emptyMs = 100

/** Brings rows to a system, page after page, each until the system has it; how far it came stands in the log. */
export class SinkRun {
  readonly #kept: KeptSink
  readonly #outlet: () => Outlet
  readonly #context: SinkContext
  readonly #lives: Lives
  /** Rows below it are there, or are dead letters. */
  #position: number
  /** Of the log; null: it was never opened. */
  #stream: string | null = null
  #rows = 0
  #refused = 0

  /** `outlet`: what goes out, as it is declared or deployed then; it throws where it is not. */
  constructor(kept: KeptSink, outlet: () => Outlet, position: number, context: SinkContext) {
    this.#kept = kept
    this.#outlet = outlet
    this.#position = position
    this.#context = context
    context.threads.enter(kept.tenant)
    this.#lives = new Lives(context.pace, (signal) => this.#live(signal))
  }

  get named(): Named {
    const { tenant, name } = this.#kept
    return { tenant, name }
  }

  /** Sequences from where it is to the newest row that it will bring; 0: that is there. */
  get #behind(): number {
    const newest = this.#stream === null ? null : (this.#context.log.stream(this.#kept.tenant, this.#stream)?.lastSequence ?? null)
    return newest === null ? 0 : Math.max(0, newest + 1 - this.#position)
  }

  get figures() {
    return { position: this.#position, behind: this.#behind, rows: this.#rows, refused: this.#refused, failing: this.#lives.failing }
  }

  async stop(): Promise<void> {
    await this.#lives.stop()
    await this.#context.threads.leave(this.#kept.tenant)
  }

  async #live(signal: AbortSignal): Promise<void> {
    const { log, threads, settings } = this.#context
    const { tenant, system } = this.#kept
    const outlet = this.#outlet()
    this.#stream = outlet.stream
    await this.#pin(outlet)
    const opening = { settings: settings.open(this.#kept), identity: identityOf(this.#kept), from: this.#position, next: log.nextSequence(tenant) }
    const sink = await threads.of(tenant).openSink(system, opening, signal)
    const stop = (): void => void sink.close()
    signal.addEventListener('abort', stop)
    try {
      // Of rows that wait, only their being written tells whether the system takes any.
      if (this.#behind === 0) this.#lives.opened()
      let from = this.#position
      while (!signal.aborted) from = await this.#bring(sink, outlet, from, signal)
    } finally {
      signal.removeEventListener('abort', stop)
      await sink.close()
    }
  }

  /** Answers where the next page begins. */
  async #bring(sink: OpenedSink, outlet: Outlet, from: number, signal: AbortSignal): Promise<number> {
    const { log, pace, maxRows, waitMs, encoders } = this.#context
    const page = await readPage(log, outlet, from, false, { limit: maxRows, waitMs, signal, sameFields: true })
    if (signal.aborted) return from
    const [first] = page.parts
    await this.#lose(outlet, from, first === undefined ? page.next : positionAt(first, 0), signal)
    if (page.rows === 0) {
      // A log that was closed answers at once, again and again.
      await pace.pause(emptyMs, signal)
      return page.next
    }
    const rows = sinkRows(page, encoders)
    const { positions } = rows
    await this.#advance(page, positions, await sink.write(rows), signal)
    await this.#pin(outlet)
    this.#lives.works()
    return this.#position
  }

  /** The dead letters are there if and only if the sink goes on behind them. */
  async #advance(page: Page, positions: Float64Array, refused: readonly RefusedRow[], signal: AbortSignal): Promise<void> {
    // The lines went with the rows: those that came back are made once more.
    const lines = refused.length === 0 ? [] : linesOfPage(page, this.#context.encoders)
    const dead = refused.map(({ row, reason }) => {
      const place = positions[row] as number
      return deadChunk(sinkDeadStream(this.#kept.name), { first: place, last: place, rows: 1, body: lines[row] as Buffer }, 1, reason)
    })
    const next = (positions.at(-1) as number) + 1
    await this.#append(dead, next, signal)
    this.#rows += page.rows - refused.length
    this.#refused += refused.length
  }

  /** Rows of [from, before) that retention dropped are told as a dead letter. */
  async #lose(outlet: Outlet, from: number, before: number, signal: AbortSignal): Promise<void> {
    if (oldestBehindGap(this.#context.log, outlet, from, before) === null) return
    const gap = { first: from, last: before - 1, rows: 0, body: Buffer.alloc(0) }
    const dead = deadChunk(sinkDeadStream(this.#kept.name), gap, 0, 'retention dropped rows before they were brought')
    await this.#append([dead], before, signal)
  }

  async #append(dead: readonly NewChunk[], position: number, signal: AbortSignal): Promise<void> {
    const { log, pace } = this.#context
    const chunks = [...dead, markChunk(sinkMarkStream(this.#kept.name), position)]
    await appendPatiently(log, { tenant: this.#kept.tenant, chunks }, (ms) => pace.pause(ms, signal), signal)
    this.#position = position
  }

  /** Rows that are still to be brought stay, for a while. */
  async #pin({ stream }: Outlet): Promise<void> {
    const { tenant, name } = this.#kept
    await this.#context.log.pin({ tenant, name: sinkPinName(name), streams: [stream], sequence: this.#position, ...pinLimits })
  }
}
