import { BIGINT, BOOLEAN, DOUBLE, DuckDBListType, DuckDBStructType, type DuckDBType, INTEGER, VARCHAR } from '@duckdb/node-api'
import type { Column } from '@millrace/columns'
import type { Field, FieldType } from '@millrace/plan'
import { sqlName } from '../sql-text.ts'
import { elementNames } from './free-name.ts'

/**
 * A column on its way into a file: it is loaded as `staged`, which takes the numbers of a batch as they are, and becomes what `sql`
 * makes of it. int64, instants and durations stand in batches as doubles, and making a BigInt of each would cost more than all the rest.
 */
export interface StagedColumn {
  /** In the file. */
  readonly name: string
  readonly staged: DuckDBType
  /** Over the column `c<at>` of the staging table. */
  readonly sql: string
  readonly column: Column
}

export function stagedColumn(name: string, { type }: Pick<Field, 'type'>, column: Column, at: number): StagedColumn {
  const source = `c${at}`
  return { name, column, staged: stagedType(type), sql: `${converted(type, source)} AS ${sqlName(name)}` }
}

function converted(type: FieldType, source: string): string {
  switch (type) {
    case 'int64':
    case 'duration':
      return `${source}::BIGINT`
    case 'timestamp':
      return `epoch_ms(${source}::BIGINT)`
    default:
      return source
  }
}

function stagedType(type: FieldType): DuckDBType {
  if (typeof type !== 'string') return new DuckDBListType(elementType(type.list))
  switch (type) {
    case 'bool':
      return BOOLEAN
    case 'int32':
      return INTEGER
    case 'string':
      return VARCHAR
    default:
      return DOUBLE
  }
}

/** In lists instants are whole milliseconds, too, as BIGINT. */
function elementType(fields: readonly Field[]): DuckDBType {
  const types = fields.map(({ type }) => (type === 'int64' || type === 'timestamp' || type === 'duration' ? BIGINT : stagedType(type)))
  if (fields.length === 1 && fields[0]?.name === '') return types[0] as DuckDBType
  return new DuckDBStructType(elementNames(fields), types)
}
