import { type Batch, type BoolColumn, type Column, isSet, setBit } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import { concerns, fitsKey, type Silence } from './silence.ts'

export const silencedField: Field = { name: '$silenced', type: 'bool', nullable: false }

/** By row of results of an alert: whether a silence that fits its key was in force at its log time. */
export function silencedRows(
  silences: readonly Silence[],
  app: string,
  output: string,
  { rows, fields, columns }: Batch,
  logMs: ArrayLike<number>,
): BoolColumn {
  const values = new Uint8Array((rows + 7) >> 3)
  if (silences.length > 0) {
    const byName = new Map(fields.map(({ name, type }, at) => [name, { type, column: columns[at] as Column }]))
    for (let row = 0; row < rows; row++) {
      const columnValue = (name: string): unknown => valueAt(byName.get(name), row)
      if (silences.some((silence) => concerns(silence, app, output, logMs[row] as number) && fitsKey(silence, columnValue))) setBit(values, row)
    }
  }
  return { kind: 'bool', values, validity: null }
}

/** Undefined: there is no such column; null: the value is missing. */
function valueAt(of: { readonly type: Field['type']; readonly column: Column } | undefined, row: number): unknown {
  if (of === undefined || of.column.kind === 'list') return undefined
  const { type, column } = of
  if (column.validity !== null && !isSet(column.validity, row)) return null
  if (column.kind === 'bool') return isSet(column.values, row)
  if (type === 'timestamp') return new Date(column.values[row] as number)
  return column.kind === 'string' ? column.dictionary.text(column.values[row] as number) : column.values[row]
}
