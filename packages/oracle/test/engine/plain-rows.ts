import { type Batch, type Column, isSet, type Rows } from '@millrace/columns'
import type { Value, Values } from '../../src/value.ts'

/** A row of a job's result as plain values. */
export interface PlainRow {
  readonly values: Values
  readonly sequence: number
  readonly time: number
  readonly revision: number
  readonly windowStart: number | null
  readonly windowEnd: number | null
  readonly element: number | null
  readonly origin: number | null
}

/** A copy of what a job hands over. */
export function plainRows(rows: Rows): PlainRow[] {
  return Array.from(rows.selection.subarray(0, rows.count), (row) => ({
    values: plainValues(rows.batch, row),
    sequence: rows.sequence[row] as number,
    time: rows.time[row] as number,
    revision: rows.revision?.[row] ?? 0,
    windowStart: rows.windowStart?.[row] ?? null,
    windowEnd: rows.windowEnd?.[row] ?? null,
    element: rows.element?.[row] ?? null,
    origin: rows.origin?.[row] ?? null,
  }))
}

export function plainValues({ fields, columns }: Batch, row: number): Values {
  return Object.fromEntries(fields.map(({ name }, at) => [name, plainValue(columns[at] as Column, row)]))
}

function plainValue(column: Column, row: number): Value {
  if (column.validity !== null && !isSet(column.validity, row)) return null
  switch (column.kind) {
    case 'bool':
      return isSet(column.values, row)
    case 'string':
      return column.dictionary.text(column.values[row] as number)
    case 'list':
      return plainElements(column.elements, column.offsets[row] as number, column.offsets[row + 1] as number)
    default:
      return column.values[row] as number
  }
}

function plainElements(elements: Batch, from: number, to: number): Value[] {
  return Array.from({ length: to - from }, (_, at) => {
    const values = plainValues(elements, from + at)
    return elements.fields[0]?.name === '' ? (values[''] as Value) : values
  })
}
