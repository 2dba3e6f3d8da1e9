import { type Batch, type Column, isSet, type Rows } from '@millrace/columns'

/**
 * A row as a test sees it: by column name, records nested. Timestamps are Dates, durations milliseconds,
 * missing values null.
 */
export type ReceivedRow = Readonly<Record<string, unknown>>

/** The picked rows as objects of their own. */
export function receivedRows(rows: Rows): readonly ReceivedRow[] {
  const read = rowReader(rows.batch)
  return Array.from(rows.selection.subarray(0, rows.count), read)
}

/** Reads a row of the batch by its number. */
function rowReader(batch: Batch): (row: number) => ReceivedRow {
  const readers = batch.fields.map((field, index) => {
    const column = batch.columns[index]!
    const value = valueReader(column)
    const path = field.name.split('.')
    return { path, read: (row: number) => (column.validity !== null && !isSet(column.validity, row) ? null : value(row)) }
  })
  return (row) => {
    const object: Record<string, unknown> = {}
    for (const { path, read } of readers) place(object, path, read(row))
    return object
  }
}

function valueReader(column: Column): (row: number) => unknown {
  switch (column.kind) {
    case 'bool':
      return (row) => isSet(column.values, row)
    case 'string':
      return (row) => column.dictionary.text(column.values[row]!)
    case 'timestamp':
      return (row) => new Date(column.values[row]!)
    case 'list':
      return (row) => listOf(column.elements, column.offsets[row]!, column.offsets[row + 1]!)
    default:
      return (row) => column.values[row]!
  }
}

/** Elements [from, to) of a list: objects, or plain values where the only column has no name. */
function listOf(elements: Batch, from: number, to: number): readonly unknown[] {
  const read = rowReader(elements)
  const plain = elements.fields.length === 1 && elements.fields[0]?.name === ''
  return Array.from({ length: to - from }, (_, index) => (plain ? read(from + index)[''] : read(from + index)))
}

function place(object: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = '', ...inner] = path
  if (inner.length === 0) {
    object[name] = value
    return
  }
  object[name] ??= {}
  place(object[name] as Record<string, unknown>, inner, value)
}
