import { DuckDBArrayType, DuckDBDecimalType, DuckDBListType, DuckDBStructType, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api'
import type { FlatTable } from './flat-table.ts'

/** A column's type in Arrow. */
export type ArrowType =
  | { readonly kind: 'bool' | 'utf8' | 'binary' | 'date' | 'time' }
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** Microseconds; with a zone they are instants. */
  | { readonly kind: 'timestamp'; readonly zone: string | null }
  | { readonly kind: 'list'; readonly of: ArrowType }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly type: ArrowType }[] }

const plain: Partial<Readonly<Record<DuckDBTypeId, ArrowType>>> = {
  [DuckDBTypeId.BOOLEAN]: { kind: 'bool' },
  [DuckDBTypeId.TINYINT]: { kind: 'int', bits: 8, signed: true },
  [DuckDBTypeId.SMALLINT]: { kind: 'int', bits: 16, signed: true },
  [DuckDBTypeId.INTEGER]: { kind: 'int', bits: 32, signed: true },
  [DuckDBTypeId.BIGINT]: { kind: 'int', bits: 64, signed: true },
  [DuckDBTypeId.UTINYINT]: { kind: 'int', bits: 8, signed: false },
  [DuckDBTypeId.USMALLINT]: { kind: 'int', bits: 16, signed: false },
  [DuckDBTypeId.UINTEGER]: { kind: 'int', bits: 32, signed: false },
  [DuckDBTypeId.UBIGINT]: { kind: 'int', bits: 64, signed: false },
  // Sums of whole numbers are of this type.
  [DuckDBTypeId.HUGEINT]: { kind: 'decimal', precision: 38, scale: 0 },
  [DuckDBTypeId.FLOAT]: { kind: 'float', bits: 32 },
  [DuckDBTypeId.DOUBLE]: { kind: 'float', bits: 64 },
  [DuckDBTypeId.BLOB]: { kind: 'binary' },
  [DuckDBTypeId.DATE]: { kind: 'date' },
  [DuckDBTypeId.TIME]: { kind: 'time' },
  [DuckDBTypeId.TIMESTAMP]: { kind: 'timestamp', zone: null },
  [DuckDBTypeId.TIMESTAMP_TZ]: { kind: 'timestamp', zone: 'UTC' },
}

/** What has no type of its own here is text. */
export function arrowType(type: DuckDBType): ArrowType {
  if (type instanceof DuckDBDecimalType) return { kind: 'decimal', precision: type.width, scale: type.scale }
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) return { kind: 'list', of: arrowType(type.valueType) }
  if (type instanceof DuckDBStructType)
    return { kind: 'struct', fields: type.entryNames.map((name, at) => ({ name, type: arrowType(type.entryTypes[at] as DuckDBType) })) }
  return plain[type.typeId] ?? { kind: 'utf8' }
}

/** The `Field` of Arrow's Schema.fbs. */
export function fieldTable(name: string, type: ArrowType): FlatTable {
  const { id, table, children } = typeTable(type)
  return [
    { kind: 'string', value: name },
    { kind: 'uint8', value: 1 },
    { kind: 'uint8', value: id },
    { kind: 'table', value: table },
    null,
    { kind: 'tables', value: children },
  ]
}

const int16 = (value: number) => ({ kind: 'int16', value }) as const
const int32 = (value: number) => ({ kind: 'int32', value }) as const
const yes = { kind: 'uint8', value: 1 } as const
const micros = int16(2)

/** Number of the type in Schema.fbs, and its table. */
function typeTable(type: ArrowType): { readonly id: number; readonly table: FlatTable; readonly children: readonly FlatTable[] } {
  const own = (id: number, table: FlatTable = [], children: readonly FlatTable[] = []) => ({ id, table, children })
  switch (type.kind) {
    case 'int':
      return own(2, [int32(type.bits), type.signed ? yes : null])
    case 'float':
      return own(3, [int16(type.bits === 32 ? 1 : 2)])
    case 'binary':
      return own(4)
    case 'utf8':
      return own(5)
    case 'bool':
      return own(6)
    case 'decimal':
      return own(7, [int32(type.precision), int32(type.scale), int32(128)])
    case 'date':
      return own(8, [int16(0)])
    case 'time':
      return own(9, [micros, int32(64)])
    case 'timestamp':
      return own(10, [micros, type.zone === null ? null : { kind: 'string', value: type.zone }])
    case 'list':
      return own(12, [], [fieldTable('item', type.of)])
    case 'struct':
      return own(
        13,
        [],
        type.fields.map(({ name, type: of }) => fieldTable(name, of)),
      )
  }
}
