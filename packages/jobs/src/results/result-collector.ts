import { encodeBatch, RowCollector, type Rows } from '@millrace/columns'
import type { NewChunk } from '@millrace/log'
import { columnsOf, fieldsOf, present, type ResultArrays } from './result-fields.ts'

/** Rows of a chunk at most. */
const maxRows = 65_536

/** Collects the rows of one result stream until they are appended. */
export class ResultCollector {
  readonly stream: string
  private readonly epoch: number
  private collector: RowCollector | null = null
  /** What the collected rows have beside their columns. */
  private has = ''
  private readonly full: NewChunk[] = []
  private epochs = new Int32Array(0)

  constructor(stream: string, epoch: number) {
    this.stream = stream
    this.epoch = epoch
  }

  add(rows: Rows, watermark: Float64Array | null): void {
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
    const { collector, stream } = this
    if (collector === null || collector.rows === 0) return
    const payload = encodeBatch(collector.batch(), 0, collector.rows, { shared: true })
    this.full.push({ stream, kind: 'batch', rows: collector.rows, schema: 0, payload })
    collector.clear()
  }

  private arraysOf(rows: Rows, watermark: Float64Array | null): ResultArrays {
    const { sequence, time, revision, windowStart, windowEnd, element, origin, order } = rows
    if (this.epochs.length < rows.batch.rows) this.epochs = new Int32Array(rows.batch.rows * 2).fill(this.epoch)
    return { epoch: this.epochs, sequence, time, revision, windowStart, windowEnd, element, origin, watermark, order: order ?? [] }
  }
}
