import { type Batch, type Column, isSet } from '@millrace/columns'

export type Cell = number | string | boolean | null | readonly Cell[] | { readonly [name: string]: Cell }

/** The value at a row, for people and for small files: timestamps as ISO 8601, durations in ms, lists as arrays. */
export function cellOf(column: Column, row: number): Cell {
  if (column.validity !== null && !isSet(column.validity, row)) return null
  switch (column.kind) {
    case 'bool':
      return isSet(column.values, row)
    case 'string':
      return column.dictionary.text(column.values[row] as number)
    case 'timestamp':
      return instantText(column.values[row] as number)
    case 'list':
      return elementsOf(column.elements, column.offsets[row] as number, column.offsets[row + 1] as number)
    default:
      return column.values[row] as number
  }
}

/** A row as an object by flat column name. */
export function rowOf(batch: Batch, row: number): { [name: string]: Cell } {
  return Object.fromEntries(batch.fields.map((field, index) => [field.name, cellOf(batch.columns[index] as Column, row)]))
}

/** `2017-02-18T18:28:05Z`, with milliseconds only where there are some. */
export function instantText(ms: number): string {
  if (!(Math.abs(ms) <= 8.64e15)) return String(ms)
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

function elementsOf(elements: Batch, from: number, to: number): Cell {
  const plain = elements.fields.length === 1 && elements.fields[0]?.name === ''
  return Array.from({ length: to - from }, (_, index) => {
    const element = rowOf(elements, from + index)
    return plain ? (element[''] as Cell) : element
  })
}
