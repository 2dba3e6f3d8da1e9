import { type Column, type Float64Column, isSet } from '@millrace/columns'
import type { Outlet, OutletRows } from '../live/reading/outlet.ts'
import type { Silence } from './silence.ts'
import { silencedField, silencedRows } from './silenced-rows.ts'

/** Results of an alert that say of themselves whether a silence concerned them when they came. */
export function markedOutlet(outlet: Outlet, app: string, output: string, silences: () => readonly Silence[]): Outlet {
  return {
    ...outlet,
    read: (piece) => {
      const part = outlet.read(piece)
      if (part === null) return null
      const { batch } = part.rows
      const logMs = columnOf(part, '$ingestionMs') as Float64Column
      const marks = silencedRows(silences(), app, output, batch, logMs.values)
      const marked = { ...batch, fields: [...batch.fields, silencedField], columns: [...batch.columns, marks] }
      return { ...part, rows: { ...part.rows, batch: marked } }
    },
  }
}

/** Results of an alert without those that are silenced. */
export function unsilencedOutlet(outlet: Outlet): Outlet {
  return { ...outlet, read: (piece) => unsilenced(outlet.read(piece)) }
}

/** Null: nothing is left. */
function unsilenced(part: OutletRows | null): OutletRows | null {
  const marks = part === null ? undefined : columnOf(part, silencedField.name)
  if (part === null || marks?.kind !== 'bool') return part
  const { rows } = part
  const selection = rows.selection.subarray(0, rows.count).filter((row) => !isSet(marks.values, row))
  return selection.length === 0 ? null : { ...part, rows: { ...rows, selection, count: selection.length } }
}

function columnOf({ rows: { batch } }: OutletRows, name: string): Column | undefined {
  return batch.columns[batch.fields.findIndex((field) => field.name === name)]
}
