import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import type { SentRecords } from '../measure/sent-records.ts'
import type { Sent, Way } from './ways/way.ts'

export interface SendingOptions {
  readonly lines: AsyncIterable<string>
  readonly ways: readonly Way[]
  readonly flags: {
    /** Records a second; Infinity: as many as are acknowledged. */
    readonly rate: number
    readonly batch: number
    readonly records?: number
    /** Ends after this time, ms. */
    readonly for?: number
  }
  /** Where what is sent is kept; null: nobody asks. */
  readonly sent: SentRecords | null
}

/** Batches of a sender that may wait to be acknowledged. What is sent at a rate does not wait for what was sent before. */
const mostUnderWay = 64
const lookEveryMs = 2
/** How long the last batches may take to be acknowledged: a way may try for ever. */
const graceMs = 10_000

/** Sends lines at a rate over all ways, and counts. */
export class Sending {
  records = 0
  acknowledged = 0
  /** Null: the way does not tell. */
  accepted: number | null = 0
  rejected: number | null = 0
  /** From the sending of a batch until it is acknowledged. */
  readonly acknowledgeUs: RecordableHistogram = createHistogram()
  seconds = 0
  private readonly options: SendingOptions
  private readonly lines: AsyncIterator<string>
  private isStopped = false
  /** The first that a way gave up with. */
  private failure: { readonly reason: unknown } | null = null

  constructor(options: SendingOptions) {
    this.options = options
    this.lines = options.lines[Symbol.asyncIterator]()
  }

  /** Resolves once everything that was sent is acknowledged, or was not for long. Errors: the first that a way gives up with. */
  async run(): Promise<void> {
    const startedMs = performance.now()
    await Promise.all(this.options.ways.map((way) => this.runWay(way, startedMs)))
    this.seconds = (performance.now() - startedMs) / 1000
    if (this.failure !== null) throw this.failure.reason
  }

  get isAcknowledged(): boolean {
    return this.acknowledged === this.records
  }

  stop(): void {
    this.isStopped = true
  }

  text(): string {
    return `${this.records} sent, ${this.acknowledged} acknowledged`
  }

  private async runWay(way: Way, startedMs: number): Promise<void> {
    const underWay = new Set<Promise<void>>()
    const most = this.options.flags.rate === Number.POSITIVE_INFINITY ? 1 : mostUnderWay
    while (!this.isOver(startedMs)) {
      const room = this.room(startedMs)
      if (room === 0) await setTimeout(lookEveryMs)
      else {
        const batch = await this.take(room)
        if (batch.length === 0) break
        const sending: Promise<void> = this.send(way, batch)
          .catch((reason: unknown) => this.fail(reason))
          .finally(() => underWay.delete(sending))
        underWay.add(sending)
        if (underWay.size >= most) await this.forSome(Promise.race(underWay))
      }
    }
    await this.forSome(Promise.all(underWay))
  }

  private fail(reason: unknown): void {
    this.failure ??= { reason }
    this.isStopped = true
  }

  private async forSome(acknowledged: Promise<unknown>): Promise<void> {
    const over = new AbortController()
    const passed = setTimeout(graceMs, null, over).catch(() => {})
    await Promise.race([acknowledged, passed]).finally(() => over.abort())
  }

  private isOver(startedMs: number): boolean {
    const { records = Number.POSITIVE_INFINITY, for: forMs = Number.POSITIVE_INFINITY } = this.options.flags
    return this.isStopped || this.records >= records || performance.now() - startedMs >= forMs
  }

  /** Records that may be sent now, a batch at most. */
  private room(startedMs: number): number {
    const { rate, batch, records = Number.POSITIVE_INFINITY } = this.options.flags
    const due = rate === Number.POSITIVE_INFINITY ? rate : Math.floor(((performance.now() - startedMs) / 1000) * rate) - this.records
    return Math.min(batch, due, records - this.records)
  }

  private async take(count: number): Promise<readonly string[]> {
    // Counted before it is awaited: another sender takes what is left.
    this.records += count
    const batch: string[] = []
    while (batch.length < count) {
      const { value, done } = await this.lines.next()
      if (done === true) break
      batch.push(value)
    }
    if (batch.length < count) this.isStopped = true
    this.records -= count - batch.length
    return batch
  }

  private async send(way: Way, batch: readonly string[]): Promise<void> {
    this.options.sent?.add(batch, Date.now())
    const beganMs = performance.now()
    const { accepted, rejected } = await way.send(batch)
    this.acknowledgeUs.record(Math.max(1, Math.round((performance.now() - beganMs) * 1000)))
    this.acknowledged += batch.length
    this.accepted = sumOf(this.accepted, accepted)
    this.rejected = sumOf(this.rejected, rejected)
  }
}

function sumOf(before: number | null, more: Sent['accepted']): number | null {
  return before === null || more === null ? null : before + more
}
