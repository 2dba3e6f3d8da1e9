import type { Field, FieldType } from '@millrace/plan'
import type { Column } from './batch.ts'
import { BoolBuilder } from './bool-builder.ts'
import { ListBuilder } from './list-builder.ts'
import { Float64Builder, Int32Builder } from './number-builder.ts'
import { StringBuilder } from './string-builder.ts'

export type ColumnBuilder = Int32Builder | Float64Builder | BoolBuilder | StringBuilder | ListBuilder

/** What all builders do. Rows are set by number, below the rows that `reserve` made room for. */
export interface Growable {
  reserve(rows: number): void
  /** Only of nullable fields; others take the value 0. */
  setMissing(row: number): void
  /** Forgets all rows; arrays are kept and used again. */
  clear(): void
  /** The first `rows` rows, sharing the builder's arrays. */
  column(rows: number): Column
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
