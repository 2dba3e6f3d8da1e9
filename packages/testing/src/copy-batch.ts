import type { Batch, Column } from '@millrace/columns'

/** The batch with arrays of its own, to be kept beyond the call that handed it over; dictionaries, append-only, are shared. */
export function copyBatch(batch: Batch): Batch {
  return { rows: batch.rows, fields: batch.fields, columns: batch.columns.map((column) => copyColumn(column, batch.rows)) }
}

function copyColumn(column: Column, rows: number): Column {
  const validity = column.validity === null ? null : column.validity.slice(0, (rows + 7) >> 3)
  switch (column.kind) {
    case 'int32':
      return { kind: column.kind, values: column.values.slice(0, rows), validity }
    case 'string':
      return { kind: column.kind, values: column.values.slice(0, rows), dictionary: column.dictionary, validity }
    case 'bool':
      return { kind: column.kind, values: column.values.slice(0, (rows + 7) >> 3), validity }
    case 'list':
      return { kind: column.kind, offsets: column.offsets.slice(0, rows + 1), elements: copyBatch(column.elements), validity }
    default:
      return { kind: column.kind, values: column.values.slice(0, rows), validity }
  }
}
