import type { Rows } from '@millrace/columns'
import type { OperatorContext } from '../operator.ts'

/** Rows of a call that were too late for all of their windows, until they are handed over (semantics T4). */
export class LateRows {
  private selection = new Int32Array(16)
  private watermark = new Float64Array(16)
  private count = 0

  /** `row`: of a batch of `batchRows` rows. */
  add(row: number, batchRows: number, watermarkMs: number): void {
    if (this.count === this.selection.length) {
      const selection = new Int32Array(this.count * 2)
      selection.set(this.selection)
      this.selection = selection
    }
    if (this.watermark.length < batchRows) {
      const watermark = new Float64Array(batchRows)
      watermark.set(this.watermark)
      this.watermark = watermark
    }
    this.selection[this.count++] = row
    this.watermark[row] = watermarkMs
  }

  handOver(rows: Rows, context: OperatorContext): void {
    if (this.count === 0) return
    context.late({ ...rows, selection: this.selection, count: this.count }, this.watermark)
    this.count = 0
  }
}
