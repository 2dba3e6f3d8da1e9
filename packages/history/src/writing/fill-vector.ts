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
    case 'list': {
      const read = listReader(column)
      for (let i = 0; i < count; i++) vector.setItem(i, present(from + i) ? read(from + i) : null)
      break
    }
    default: {
      const { values } = column
      if (validity === null) for (let i = 0; i < count; i++) vector.setItem(i, values[from + i] as number)
      else for (let i = 0; i < count; i++) vector.setItem(i, isSet(validity, from + i) ? (values[from + i] as number) : null)
    }
  }
  vector.flush()
}

/** What a list holds in a row. */
function listReader({ offsets, elements: { fields, columns } }: ListColumn): (row: number) => DuckDBValue {
  const plain = fields.length === 1 && fields[0]?.name === ''
  const names = elementNames(fields)
  const readers = columns.map(elementReader)
  return (row) => {
    const items: DuckDBValue[] = []
    for (let at = offsets[row] as number; at < (offsets[row + 1] as number); at++) {
      const values = readers.map((read) => read(at))
      items.push(plain ? (values[0] as DuckDBValue) : structValue(Object.fromEntries(names.map((name, i) => [name, values[i] as DuckDBValue]))))
    }
    return listValue(items)
  }
}

function elementReader(column: Column): (row: number) => DuckDBValue {
  const { validity } = column
  const read = presentReader(column)
  return validity === null ? read : (row) => (isSet(validity, row) ? read(row) : null)
}

function presentReader(column: Column): (row: number) => DuckDBValue {
  switch (column.kind) {
    case 'bool':
      return (row) => isSet(column.values, row)
    case 'string':
      return (row) => column.dictionary.text(column.values[row] as number)
    case 'list':
      return listReader(column)
    case 'int32':
    case 'float64':
      return (row) => column.values[row] as number
    default:
      return (row) => BigInt(column.values[row] as number)
  }
}
