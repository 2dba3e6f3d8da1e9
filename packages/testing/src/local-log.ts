import type { Batch, Float64Column } from '@millrace/columns'
import type { Input, Job } from '@millrace/engine'

/**
 * The log of a local run (semantics T8): gives every entry its sequence, derives log time from the
 * records, and appends the ticks that fall due (T5). Every call runs the job until it is done.
 */
export class LocalLog {
  private readonly job: Job
  /** Time column by stream; null: the stream has none, its records take the log time. */
  private readonly times: Readonly<Record<string, string | null>>
  private readonly severalStreams: boolean
  private sequence = 0
  private ingestion = new Float64Array(4096)
  private time = Number.NEGATIVE_INFINITY

  /** `from`: where a log that has entries already goes on; without it, it begins. */
  constructor(job: Job, times: Readonly<Record<string, string | null>>, from?: { readonly sequence: number; readonly logMs: number }) {
    this.job = job
    this.times = times
    this.severalStreams = Object.keys(times).length > 1
    if (from === undefined) return
    this.sequence = from.sequence
    this.time = from.logMs
  }

  /** Highest event time so far, ms; 0 before the first. */
  get logMs(): number {
    return this.time === Number.NEGATIVE_INFINITY ? 0 : this.time
  }

  /** Rows [from, to) of a batch. The batch may be reused afterwards. */
  append(stream: string, batch: Batch, from = 0, to = batch.rows): void {
    if (from >= to) return
    const ingestion = this.ingestionOf(stream, batch, from, to)
    for (let start = from; start < to; ) {
      const end = this.severalStreams ? this.dueAfter(ingestion, start, to) : to
      this.push({ kind: 'rows', stream, sequence: this.sequence, batch, from: start, to: end, ingestion }, end - start)
      this.time = typeof ingestion === 'number' ? ingestion : (ingestion[end - 1] as number)
      if (this.severalStreams) this.tickIfDue()
      start = end
    }
  }

  /** The clock moves on without a record, with a tick at every deadline on the way. */
  advanceTo(logMs: number): void {
    for (let due = this.job.nextTickMs(); due !== null && due <= logMs; ) {
      this.time = Math.max(this.time, due)
      this.push({ kind: 'tick', sequence: this.sequence, logMs: this.time }, 1)
      const next = this.job.nextTickMs()
      // A deadline that stays due although its tick came would never let the clock go on.
      due = next !== null && next <= this.time ? null : next
    }
    this.time = Math.max(this.time, logMs)
  }

  pause(stream: string): void {
    this.push({ kind: 'paused', stream, sequence: this.sequence, logMs: this.logMs }, 1)
  }

  resume(stream: string): void {
    this.push({ kind: 'resumed', stream, sequence: this.sequence, logMs: this.logMs }, 1)
  }

  /** No record follows: everything open closes. */
  end(): void {
    this.push({ kind: 'end', sequence: this.sequence }, 1)
  }

  /** Log time after each of the rows, by row of the batch; one number where the stream has no time. */
  private ingestionOf(stream: string, batch: Batch, from: number, to: number): number | Float64Array {
    const times = timesOf(batch, this.times[stream] ?? null)
    if (times === null) return this.logMs
    if (this.ingestion.length < batch.rows) this.ingestion = new Float64Array(batch.rows)
    const ingestion = this.ingestion
    let highest = this.time
    for (let row = from; row < to; row++) {
      const time = times[row] as number
      if (time > highest) highest = time
      ingestion[row] = highest
    }
    return ingestion
  }

  /** The row behind the first one that makes a tick due: a tick stands right behind the record that reached its deadline. */
  private dueAfter(ingestion: number | Float64Array, from: number, to: number): number {
    if (typeof ingestion === 'number') return to
    const due = this.job.nextTickMs()
    // Rows of another stream may bring deadlines of their own, so rows before the first time known go one by one.
    if (this.time === Number.NEGATIVE_INFINITY) return from + 1
    if (due === null) return to
    let row = from
    while (row < to && (ingestion[row] as number) < due) row++
    return Math.min(row + 1, to)
  }

  private tickIfDue(): void {
    const due = this.job.nextTickMs()
    if (due !== null && due <= this.time) this.push({ kind: 'tick', sequence: this.sequence, logMs: this.time }, 1)
  }

  private push(input: Input, entries: number): void {
    this.job.push(input)
    while (this.job.run() === 'more');
    this.sequence += entries
  }
}

/** Event times of a batch by row; null where the stream has no time column. */
export function timesOf(batch: Batch, time: string | null): Float64Array | null {
  if (time === null) return null
  const index = batch.fields.findIndex((field) => field.name === time)
  return (batch.columns[index] as Float64Column).values
}
