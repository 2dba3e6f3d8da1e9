import type { Field } from '@millrace/plan'
import type { Batch } from './batch.ts'
import { type ColumnBuilder, columnBuilder } from './column-builder.ts'

/**
 * Collects rows for a batch: `addRow` gives the number of a new row, then every column's builder sets
 * or misses it. A column left alone has an undefined value in that row. A batch shares the builder's
 * arrays: it is valid until the builder is changed.
 */
export class BatchBuilder {
  readonly fields: readonly Field[]
  readonly columns: readonly ColumnBuilder[]
  rows = 0
  private capacity: number

  constructor(fields: readonly Field[], capacity = 64) {
    this.fields = fields
    this.capacity = capacity
    this.columns = fields.map((field) => columnBuilder(field, capacity))
  }

  /** The number of a new row. */
  addRow(): number {
    if (this.rows === this.capacity) this.reserve(this.capacity * 2)
    return this.rows++
  }

  reserve(rows: number): void {
    if (rows <= this.capacity) return
    this.capacity = rows
    for (const column of this.columns) column.reserve(rows)
  }

  /** Drops the rows from `rows` on, with the elements of their lists. */
  truncate(rows: number): void {
    this.rows = rows
    for (const column of this.columns) if (column.kind === 'list') column.truncate(rows)
  }

  clear(): void {
    this.rows = 0
    for (const column of this.columns) column.clear()
  }

  batch(): Batch {
    return { rows: this.rows, fields: this.fields, columns: this.columns.map((column) => column.column(this.rows)) }
  }
}
