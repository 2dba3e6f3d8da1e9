import type { BatchBuilder, ColumnBuilder } from '@millrace/columns'
import { MillraceError } from '@millrace/plan'
import { fault } from '../fault.ts'
import type { Leaf } from '../layout.ts'
import { type RecordRow, readerOf } from '../record-row.ts'
import { TextSentinels, type ValueReader } from '../value/reader.ts'

/** Who takes the values of a row: a record's, or an element's of a list. */
export interface Cells {
  readonly builder: BatchBuilder
  value(column: number, source: Uint8Array, from: number, to: number, rawFrom: number, rawTo: number): void
  missing(column: number, rawFrom: number, rawTo: number): void
  /** A value of another kind than the column's. */
  wrong(column: number, rawFrom: number, rawTo: number): void
  /** The list of a column is whole. */
  listRead(column: number): void
}

/** The row of a list's element; its faults are the record's, in the list's column. */
export class ElementCells implements Cells {
  readonly builder: BatchBuilder
  /** The record's column that the list is in. */
  readonly blamed: number
  private readonly row: RecordRow
  private readonly readers: readonly (ValueReader | null)[]
  private readonly emptyIsMissing: readonly boolean[]

  constructor(row: RecordRow, blamed: number, builder: BatchBuilder, leaves: readonly Leaf[]) {
    this.row = row
    this.blamed = blamed
    this.builder = builder
    for (const leaf of leaves) refuseZoneColumn(leaf, row)
    this.readers = leaves.map((leaf, i) => readerOf(leaf, builder.columns[i] as ColumnBuilder))
    this.emptyIsMissing = leaves.map((leaf) => !leaf.required || (leaf.field.nullable && new TextSentinels(leaf).has(empty, 0, 0)))
  }

  begin(): void {
    this.builder.addRow()
    this.builder.rows--
  }

  end(): void {
    this.builder.rows++
  }

  value(column: number, source: Uint8Array, from: number, to: number, rawFrom: number, rawTo: number): void {
    const found = (this.readers[column] as ValueReader).read(source, from, to, this.builder.rows)
    if (found !== fault.none) this.fail(found, rawFrom, rawTo)
  }

  missing(column: number, rawFrom: number, rawTo: number): void {
    if (this.emptyIsMissing[column]) (this.builder.columns[column] as ColumnBuilder).setMissing(this.builder.rows)
    else this.fail(fault.fieldMissing, rawFrom, rawTo)
  }

  wrong(_column: number, rawFrom: number, rawTo: number): void {
    this.fail(fault.type, rawFrom, rawTo)
  }

  listRead(): void {}

  private fail(code: number, from: number, to: number): void {
    this.row.fail(code, this.blamed, from, to)
  }
}

const empty = new Uint8Array(0)

function refuseZoneColumn(leaf: Leaf, row: RecordRow): void {
  if (leaf.type.kind !== 'timestamp' || leaf.type.zoneColumn === undefined) return
  throw new MillraceError('FORMAT_UNSUPPORTED', { column: leaf.field.name, stream: row.layout.stream, format: 'a list with zoneColumn' })
}
