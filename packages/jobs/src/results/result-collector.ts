import { encodeBatch, RowCollector, type Rows } from '@millrace/columns'
import type { NewChunk } from '@millrace/log'
import { columnsOf, fieldsOf, present, type ResultArrays } from './result-fields.ts'

/** Rows of a chunk at most. */
const maxRows = 65_536

/** Rows [from, to) that were collected for a stream. */
interface Run {
  readonly stream: string
  readonly from: number
  to: number
}

/** Collects rows of result streams until they are appended: of one stream, or of those in which many members have the same output. */
export class ResultCollector {
  private readonly epoch: number
  private collector: RowCollector | null = null
  /** What the collected rows have beside their columns. */
  private has = ''
  private runs: Run[] = []
  private readonly full: NewChunk[] = []
  private epochs = new Int32Array(0)

  constructor(epoch: number) {
    this.epoch = epoch
  }

  add(stream: string, rows: Rows, watermark: Float64Array | null): void {
    const arrays = this.arraysOf(rows, watermark)
    const has = present(arrays)
    if (this.collector === null || has !== this.has) {
      this.close()
      this.collector = new RowCollector(fieldsOf(arrays, rows.batch))
      this.has = has
    }
    const columns = columnsOf(arrays, rows.batch)
    for (let from = 0; from < rows.count; ) {
      const to = Math.min(rows.count, from + maxRows - this.collector.rows)
      this.note(stream, this.collector.rows, to - from)
      this.collector.append(columns, rows.selection, from, to)
      from = to
      if (this.collector.rows === maxRows) this.close()
    }
  }

  /** What was collected since the last call. */
  take(): readonly NewChunk[] {
    this.close()
    return this.full.splice(0)
  }

  private close(): void {
    const { collector, runs } = this
    if (collector === null || collector.rows === 0) return
    const batch = collector.batch()
    for (const { stream, from, to } of runs)
      this.full.push({ stream, kind: 'batch', rows: to - from, schema: 0, payload: encodeBatch(batch, from, to, { shared: true }) })
    collector.clear()
    this.runs = []
  }

  private note(stream: string, at: number, rows: number): void {
    const last = this.runs.at(-1)
    if (last?.stream === stream) last.to += rows
    else this.runs.push({ stream, from: at, to: at + rows })
  }

  private arraysOf(rows: Rows, watermark: Float64Array | null): ResultArrays {
    const { sequence, time, revision, windowStart, windowEnd, element, origin, order } = rows
    if (this.epochs.length < rows.batch.rows) this.epochs = new Int32Array(rows.batch.rows * 2).fill(this.epoch)
    return { epoch: this.epochs, sequence, time, revision, windowStart, windowEnd, element, origin, watermark, order: order ?? [] }
  }
}
