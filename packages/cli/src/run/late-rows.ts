import type { Rows } from '@millrace/columns'
import type { FdWriter } from '../fd-writer.ts'
import { instantText, rowOf } from './cells.ts'

/** Counts records that came too late for all their windows, and writes them with their lag where there is a file. */
export class LateRows {
  count = 0
  readonly byOperator = new Map<string, number>()
  private readonly writer: FdWriter | null

  constructor(writer: FdWriter | null) {
    this.writer = writer
  }

  /** `watermark`: before each row, by row of the batch, ms. */
  add(operator: string, rows: Rows, watermark: Float64Array): void {
    this.count += rows.count
    this.byOperator.set(operator, (this.byOperator.get(operator) ?? 0) + rows.count)
    if (this.writer === null) return
    for (let i = 0; i < rows.count; i++) {
      const row = rows.selection[i] as number
      const before = watermark[row] as number
      const lagMs = before - (rows.time[row] as number)
      const line = { operator, sequence: rows.sequence[row], watermark: instantText(before), lagMs, row: rowOf(rows.batch, row) }
      this.writer.write(Buffer.from(`${JSON.stringify(line)}\n`))
    }
  }
}
