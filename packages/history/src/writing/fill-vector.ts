import { type DuckDBValue, type DuckDBVector, listValue, structValue } from '@duckdb/node-api'
import { type Column, isSet, type ListColumn } from '@millrace/columns'
import { elementNames } from './free-name.ts'

/** Copies rows [from, from + count) of a column into a vector of the staged type, a tight loop a kind. */
export function fillVector(vector: DuckDBVector, column: Column, from: number, count: number): void {
  const { validity } = column
  const present = (row: number): boolean => validity === null || isSet(validity, row)
  switch (column.kind) {
    case 'bool':
      for (let i = 0; i < count; i++) vector.setItem(i, present(from + i) ? isSet(column.values, from + i) : null)
      break
    case 'string': {
      const { values, dictionary } = column
      for (let i = 0; i < count; i++) vector.setItem(i, present(from + i) ? dictionary.text(values[from + i] as number) : null)
      break
    }
    case 'list':
      for (let i = 0; i < count; i++) vector.setItem(i, present(from + i) ? elements(column, from + i) : null)
      break
    default: {
      const { values } = column
      if (validity === null) for (let i = 0; i < count; i++) vector.setItem(i, values[from + i] as number)
      else for (let i = 0; i < count; i++) vector.setItem(i, isSet(validity, from + i) ? (values[from + i] as number) : null)
    }
  }
  vector.flush()
}

function elements({ offsets, elements: batch }: ListColumn, row: number): DuckDBValue {
  const { fields, columns } = batch
  const plain = fields.length === 1 && fields[0]?.name === ''
  const names = elementNames(fields)
  const items: DuckDBValue[] = []
  for (let at = offsets[row] as number; at < (offsets[row + 1] as number); at++) {
    const values = columns.map((column) => element(column, at))
    items.push(plain ? (values[0] as DuckDBValue) : structValue(Object.fromEntries(names.map((name, i) => [name, values[i] as DuckDBValue]))))
  }
  return listValue(items)
}

function element(column: Column, row: number): DuckDBValue {
  if (column.validity !== null && !isSet(column.validity, row)) return null
  switch (column.kind) {
    case 'bool':
      return isSet(column.values, row)
    case 'string':
      return column.dictionary.text(column.values[row] as number)
    case 'list':
      return elements(column, row)
    case 'int32':
    case 'float64':
      return column.values[row] as number
    default:
      return BigInt(column.values[row] as number)
  }
}
