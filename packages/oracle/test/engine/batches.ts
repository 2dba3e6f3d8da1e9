import { type Batch, BatchBuilder, type ColumnBuilder } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import type { Value, Values } from '../../src/value.ts'

/** Adds a plain row to a batch. */
export function addRow(builder: BatchBuilder, row: Values): void {
  const at = builder.addRow()
  builder.fields.forEach(({ name }, index) => {
    setValue(builder.columns[index] as ColumnBuilder, at, row[name] ?? null)
  })
}

/** A batch of plain rows. */
export function batchOf(fields: readonly Field[], rows: readonly Values[]): Batch {
  const builder = new BatchBuilder(fields)
  for (const row of rows) addRow(builder, row)
  return builder.batch()
}

function setValue(column: ColumnBuilder, row: number, value: Value): void {
  if (value === null) {
    column.setMissing(row)
    return
  }
  switch (column.kind) {
    case 'list':
      column.begin(row)
      for (const element of value as readonly Value[]) addRow(column.elements, elementRow(element))
      column.finish(row)
      return
    case 'bool':
      column.set(row, value as boolean)
      return
    case 'string':
      column.set(row, value as string)
      return
    default:
      column.set(row, value as number)
  }
}

/** A plain element stands under the empty name. */
function elementRow(element: Value): Values {
  return element !== null && typeof element === 'object' && !Array.isArray(element) ? (element as Values) : { '': element }
}
