import type { Field, FieldType } from '@millrace/plan'
import type { Batch, ListColumn } from './batch.ts'
import { BoolBuilder } from './bool-builder.ts'
import type { Growable } from './growable.ts'
import { Float64Builder, Int32Builder } from './number-builder.ts'
import { StringBuilder } from './string-builder.ts'
import { clearBit, growValidity, newValidity, setBit } from './validity.ts'

// A batch has lists and a list has a batch of elements: the three stand in one file.
export type ColumnBuilder = Int32Builder | Float64Builder | BoolBuilder | StringBuilder | ListBuilder

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

/** Rows are set in order: `begin(row)`, then add rows to `elements`, then `finish(row)`. */
export class ListBuilder implements Growable {
  readonly kind = 'list'
  offsets: Int32Array
  readonly elements: BatchBuilder
  validity: Uint8Array | null

  constructor(fields: readonly Field[], nullable: boolean, capacity: number) {
    this.offsets = new Int32Array(capacity + 1)
    this.elements = new BatchBuilder(fields)
    this.validity = newValidity(nullable, capacity)
  }

  reserve(rows: number): void {
    if (rows < this.offsets.length) return
    const offsets = new Int32Array(Math.max(rows + 1, this.offsets.length * 2))
    offsets.set(this.offsets)
    this.offsets = offsets
    this.validity = growValidity(this.validity, offsets.length)
  }

  begin(row: number): void {
    this.offsets[row] = this.elements.rows
    if (this.validity !== null) setBit(this.validity, row)
  }

  finish(row: number): void {
    this.offsets[row + 1] = this.elements.rows
  }

  setMissing(row: number): void {
    this.begin(row)
    this.finish(row)
    if (this.validity !== null) clearBit(this.validity, row)
  }

  /** Drops the elements of the rows from `rows` on. */
  truncate(rows: number): void {
    this.elements.truncate(rows === 0 ? 0 : (this.offsets[rows] as number))
  }

  clear(): void {
    this.elements.clear()
    this.validity?.fill(0xff)
  }

  column(rows: number): ListColumn {
    this.reserve(rows)
    return { kind: 'list', offsets: this.offsets, elements: this.elements.batch(), validity: this.validity }
  }
}

export function columnBuilder(field: Field, capacity = 64): ColumnBuilder {
  return builderOf(field.type, field.nullable, capacity)
}

function builderOf(type: FieldType, nullable: boolean, capacity: number): ColumnBuilder {
  if (typeof type !== 'string') return new ListBuilder(type.list, nullable, capacity)
  switch (type) {
    case 'int32':
      return new Int32Builder(nullable, capacity)
    case 'bool':
      return new BoolBuilder(nullable, capacity)
    case 'string':
      return new StringBuilder(nullable, capacity)
    default:
      return new Float64Builder(type, nullable, capacity)
  }
}
