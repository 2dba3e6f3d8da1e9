import type { Rows } from '@millrace/columns'
import { revisionsIn } from './input-rows.ts'
import type { JobSink } from './job.ts'
import type { OperatorTimes } from './operator-times.ts'

/** Hands what a job gives to its sink, and counts it. */
export class ToldRows {
  /** By output. */
  readonly counts: Record<string, { rows: number; revisions: number }> = {}
  /** Rows since the last time that this was set to 0. */
  rows = 0
  private readonly sink: JobSink
  private readonly times: OperatorTimes | null

  constructor(outputs: readonly string[], sink: JobSink, times: OperatorTimes | null) {
    for (const name of outputs) this.counts[name] = { rows: 0, revisions: 0 }
    this.sink = sink
    this.times = times
  }

  output(name: string, rows: Rows): void {
    const counts = this.counts[name] as { rows: number; revisions: number }
    counts.rows += rows.count
    counts.revisions += revisionsIn(rows)
    this.rows += rows.count
    this.times?.enter(null)
    this.sink.rows(name, rows)
    this.times?.leave()
  }

  late(operator: string, rows: Rows, watermark: Float64Array): void {
    this.rows += rows.count
    this.times?.enter(null)
    this.sink.late(operator, rows, watermark)
    this.times?.leave()
  }
}
