import { type Batch, encodeBatch, RowCollector, type Rows } from '@millrace/columns'
import type { NewChunk } from '@millrace/log'
import { columnsOf, fieldsOf, present, type ResultArrays } from './result-fields.ts'

/** Rows that are collected at most. */
const maxRows = 65_536
/** A chunk should have no more: several make one append, where more would hold up others. */
const chunkBytes = 1 << 19
/** Of the first chunk: nobody knows yet how long a row is. */
const firstRows = 1024
const fewestRows = 64

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
  /** As far as the last chunk tells. */
  private rowsOfChunk = firstRows

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
    for (const run of runs) this.encode(batch, run)
    collector.clear()
    this.runs = []
  }

  private encode(batch: Batch, { stream, from, to }: Run): void {
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + this.rowsOfChunk)
      const payload = encodeBatch(batch, at, end, { shared: true })
      this.full.push({ stream, kind: 'batch', rows: end - at, schema: 0, payload })
      if (end - at >= fewestRows) this.rowsOfChunk = Math.max(fewestRows, Math.floor((chunkBytes * (end - at)) / payload.length))
      at = end
    }
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
