import type { StreamNode } from '@millrace/plan'
import type { StateReader, StateWriter } from './state/bytes.ts'

const none = Number.NEGATIVE_INFINITY

/** Why a scan ended: all rows seen; the watermark reached the limit; log time makes something due before the next row. */
export type ScanEnd = 'rows' | 'limit' | 'log'

/** The watermark of one stream: from its records (semantics T2) and, while it is idle, from log time (T5). */
export class StreamClock {
  records = 0
  highest = none
  /** The watermark reached; it never falls. */
  reached = none
  /** How the last scan ended. */
  end: ScanEnd = 'rows'
  /** A scan stops after a row whose event time is below: some operator may have something due at once. */
  eagerBelow = none
  /** Watermark before each row of the batch being scanned, by row. */
  before = new Float64Array(0)
  /** The highest watermark that the records alone gave. */
  private own = none
  /** Log time from which idleness counts: first entry of the log, last record, last resume. NaN: no entry yet. */
  private quietSinceMs = Number.NaN
  private paused = false
  private readonly idleTimeoutMs: number
  private readonly boundMs: number
  /** Of oldest-of-last: event times of the last records, round and round. */
  private readonly last: Float64Array | null

  constructor(node: StreamNode) {
    this.idleTimeoutMs = node.idleTimeoutMs ?? Number.POSITIVE_INFINITY
    const { watermark } = node
    this.boundMs = watermark.kind === 'bounded' ? watermark.outOfOrdernessMs : 0
    this.last = watermark.kind === 'oldest-of-last' ? new Float64Array(watermark.records) : null
  }

  /** The log's clock moved, by any of its entries. */
  logTime(logMs: number): void {
    if (Number.isNaN(this.quietSinceMs)) this.quietSinceMs = logMs
    if (this.records > 0 && this.isIdle(logMs)) this.reached = Math.max(this.reached, this.own + logMs - this.quietSinceMs)
  }

  isIdle(logMs: number): boolean {
    return !this.paused && logMs - this.quietSinceMs >= this.idleTimeoutMs
  }

  /** Log time at which the stream becomes idle; Infinity: it does not, or is. */
  idleFrom(logMs: number): number {
    if (this.paused || Number.isNaN(this.quietSinceMs) || this.isIdle(logMs)) return Number.POSITIVE_INFINITY
    return this.quietSinceMs + this.idleTimeoutMs
  }

  /** Log time at which the stream, idle, reaches a watermark. */
  reaches(watermarkMs: number): number {
    return this.quietSinceMs + watermarkMs - this.own
  }

  pause(): void {
    this.paused = true
  }

  resume(logMs: number): void {
    this.paused = false
    this.quietSinceMs = logMs
  }

  /**
   * Takes rows [from, to) until the watermark reaches `limit` (that row is taken), or until a row's log
   * time is `tickMs` or later or finds the stream idle (that row is not taken, unless it is row `settled`,
   * whose log time took effect already). Answers the row it came to.
   */
  scan(time: Float64Array, ingestion: Float64Array | number, from: number, to: number, limit: number, tickMs: number, settled: number): number {
    if (this.before.length < to) this.before = new Float64Array(Math.max(to, 4096))
    this.end = 'rows'
    const at = this.scanRows(time, ingestion, from, to, limit, tickMs, settled)
    this.records += at - from
    if (at > from) this.quietSinceMs = typeof ingestion === 'number' ? ingestion : (ingestion[at - 1] as number)
    return at
  }

  snapshot(writer: StateWriter): void {
    for (const value of [this.records, this.highest, this.reached, this.own, this.quietSinceMs, this.paused ? 1 : 0]) writer.number(value)
    writer.array(this.last ?? new Float64Array(0))
  }

  /**
   * Goes on from the clock of the same stream, perhaps with another watermark declared: what was reached stays
   * reached, and a new bound counts from the next record on that is newer than all before.
   */
  restore(reader: StateReader): void {
    this.records = reader.number()
    this.highest = reader.number()
    this.reached = reader.number()
    this.own = reader.number()
    this.quietSinceMs = reader.number()
    this.paused = reader.number() === 1
    const last = reader.float64()
    if (this.last === null) this.own = this.highest - this.boundMs
    else if (this.last.length === last.length) this.last.set(last)
    // Of the last records only the watermark is known: as if all had stood there.
    else this.last.fill(this.own)
  }

  /**
   * Takes the clock of one more part of the job. All saw the same records, but while a stream is idle its watermark
   * goes on only where something waits for it. Answers whether it can be that of a part.
   */
  join(reader: StateReader): boolean {
    const [records, highest, reached] = [reader.number(), reader.number(), reader.number()]
    this.reached = Math.max(this.reached, reached)
    return records === this.records && highest === this.highest
  }

  private scanRows(time: Float64Array, ingestion: Float64Array | number, from: number, to: number, limit: number, tickMs: number, settled: number): number {
    if (this.last !== null) return this.scanOldest(this.last, time, ingestion, from, to, limit, tickMs, settled)
    if (typeof ingestion !== 'number') return this.scanBounded(time, ingestion, from, to, limit, tickMs, settled)
    // One log time for all rows: after the first it changes nothing any more.
    if (from !== settled && this.isDue(ingestion, this.quietSinceMs, tickMs)) return this.stopFor(from, 'log')
    return this.scanBounded(time, null, from, to, limit, tickMs, settled)
  }

  private isDue(logMs: number, quietSinceMs: number, tickMs: number): boolean {
    return logMs >= tickMs || (!this.paused && logMs - quietSinceMs >= this.idleTimeoutMs)
  }

  private stopFor(row: number, end: ScanEnd): number {
    this.end = end
    return row
  }

  /** `logs`: log time by row, where rows differ in it. */
  private scanBounded(time: Float64Array, logs: Float64Array | null, from: number, to: number, limit: number, tickMs: number, settled: number): number {
    const { before, boundMs, eagerBelow } = this
    const idleMs = this.paused ? Number.POSITIVE_INFINITY : this.idleTimeoutMs
    let { highest, reached, quietSinceMs } = this
    let row = from
    while (row < to) {
      if (logs !== null) {
        const logMs = logs[row] as number
        if ((logMs >= tickMs || logMs - quietSinceMs >= idleMs) && row !== settled) {
          this.end = 'log'
          break
        }
        quietSinceMs = logMs
      }
      const at = time[row] as number
      before[row++] = reached
      if (at <= highest) {
        if (at >= eagerBelow) continue
        this.end = 'limit'
        break
      }
      highest = at
      reached = Math.max(reached, at - boundMs)
      if (reached >= limit || at < eagerBelow) {
        this.end = 'limit'
        break
      }
    }
    this.highest = highest
    this.reached = reached
    this.own = highest - boundMs
    return row
  }

  private scanOldest(
    last: Float64Array,
    time: Float64Array,
    ingestion: Float64Array | number,
    from: number,
    to: number,
    limit: number,
    tickMs: number,
    settled: number,
  ): number {
    let quietSinceMs = this.quietSinceMs
    for (let row = from; row < to; row++) {
      const logMs = typeof ingestion === 'number' ? ingestion : (ingestion[row] as number)
      if (row !== settled && this.isDue(logMs, quietSinceMs, tickMs)) return this.stopFor(row, 'log')
      quietSinceMs = logMs
      this.before[row] = this.reached
      this.takeOldest(last, time[row] as number, this.records + row - from)
      this.reached = Math.max(this.reached, this.own)
      if (this.reached >= limit || (time[row] as number) < this.eagerBelow) return this.stopFor(row + 1, 'limit')
    }
    return to
  }

  private takeOldest(last: Float64Array, timeMs: number, number: number): void {
    last[number % last.length] = timeMs
    this.highest = Math.max(this.highest, timeMs)
    this.own = Math.max(this.own, oldest(last, number + 1))
  }
}

function oldest(last: Float64Array, records: number): number {
  let smallest = Number.POSITIVE_INFINITY
  for (let at = Math.min(last.length, records) - 1; at >= 0; at--) smallest = Math.min(smallest, last[at] as number)
  return smallest
}
