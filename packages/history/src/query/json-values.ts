import {
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  type DuckDBValueConverter,
  type Json,
  JsonDuckDBValueConverter,
} from '@duckdb/node-api'

const wholeTypes: ReadonlySet<DuckDBTypeId> = new Set([DuckDBTypeId.BIGINT, DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT])

/** A value as JSON: whole numbers as numbers where a double holds them, instants as ISO 8601 in UTC; the rest as DuckDB's own converter has it. */
export const jsonValue: DuckDBValueConverter<Json> = (value: DuckDBValue, type: DuckDBType, converter: DuckDBValueConverter<Json>): Json | null => {
  if (typeof value === 'bigint' && wholeTypes.has(type.typeId)) return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return instant(value.micros) ?? value.toString()
  return JsonDuckDBValueConverter(value, type, converter)
}

/** Null: infinity, or beyond what a date can be. */
function instant(micros: bigint): string | null {
  const date = new Date(Number(micros / 1000n))
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace('.000Z', 'Z')
}
