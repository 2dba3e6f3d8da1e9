import { type Batch, type BoolColumn, type Column, isSet, setBit } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import { instantOf, isMeantFor, type Silence } from './silence.ts'

export const silencedField: Field = { name: '$silenced', type: 'bool', nullable: false }

/** By row of results of an alert: whether a silence that fits its key was in force at its log time. */
export function silencedRows(silences: readonly Silence[], app: string, output: string, batch: Batch, logMs: ArrayLike<number>): BoolColumn {
  const values = new Uint8Array((batch.rows + 7) >> 3)
  const columns = new KeyColumns(batch)
  for (const silence of silences) {
    const wanted = isMeantFor(silence, app, output) ? columns.wanted(silence) : null
    if (wanted === null) continue
    const { fromMs, untilMs } = silence
    for (let row = 0; row < batch.rows; row++) {
      const atMs = logMs[row] as number
      if (fromMs <= atMs && atMs < untilMs && wanted.every(({ found, value }) => found[row] === value)) setBit(values, row)
    }
  }
  return { kind: 'bool', values, validity: null }
}

/** A column and the value that a silence wants in it; instants are ms. */
interface Wanted {
  readonly found: readonly unknown[]
  readonly value: unknown
}

/** Columns that silences ask for. Each is read once: there may be a thousand silences. */
class KeyColumns {
  private readonly batch: Batch
  private readonly known = new Map<string, readonly unknown[]>()

  constructor(batch: Batch) {
    this.batch = batch
  }

  /** Null: a column is missing, so that it fits no row. */
  wanted({ key }: Silence): readonly Wanted[] | null {
    const wanted: Wanted[] = []
    for (const [name, value] of Object.entries(key)) {
      const at = this.batch.fields.findIndex((field) => field.name === name)
      const column = this.batch.columns[at]
      if (column === undefined || column.kind === 'list') return null
      const found = this.known.get(name) ?? Array.from({ length: this.batch.rows }, (_, row) => valueAt(column, row))
      this.known.set(name, found)
      wanted.push({ found, value: this.batch.fields[at]?.type === 'timestamp' && value !== null ? instantOf(value) : value })
    }
    return wanted
  }
}

/** Null: the value is missing. */
function valueAt(column: Exclude<Column, { kind: 'list' }>, row: number): unknown {
  if (column.validity !== null && !isSet(column.validity, row)) return null
  if (column.kind === 'bool') return isSet(column.values, row)
  return column.kind === 'string' ? column.dictionary.text(column.values[row] as number) : column.values[row]
}
