import type { Column } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import { memberColumn } from '../code/member-params.ts'
import type { StateWriter } from '../state/bytes.ts'
import type { Pane } from '../state/pane.ts'
import type { Restoring } from '../state/restoring.ts'
import type { Strings } from '../state/strings.ts'
import type { Origins } from '../state/unite.ts'
import { memberOf } from './pane-members.ts'

/** Rows kept by entry, as columns of numbers: an alert shows its last true row when it clears by silence. */
export class StoredRows {
  private columns: Float64Array[]
  /** Entries from here on never had a row. */
  private kept = 0
  private readonly fields: readonly Field[]
  private readonly strings: Strings

  constructor(fields: readonly Field[], strings: Strings) {
    this.fields = fields
    this.strings = strings
    this.columns = fields.map(() => new Float64Array(16))
  }

  keep(entry: number, columns: readonly Column[], row: number): void {
    this.reserve(entry + 1)
    if (entry >= this.kept) this.kept = entry + 1
    for (let at = 0; at < columns.length; at++) (this.columns[at] as Float64Array)[entry] = cellNumber(columns[at] as Column, row, this.strings)
  }

  /** Writes an entry's row to row `row` of the output columns from `first` on. */
  write(entry: number, output: readonly Column[], first: number, row: number): void {
    for (let at = 0; at < this.columns.length; at++) storeCell(output[first + at] as Column, row, (this.columns[at] as Float64Array)[entry] as number)
  }

  move(from: number, to: number): void {
    for (const column of this.columns) column[to] = column[from] as number
  }

  /** In a shared job: every entry's row is of the member of its key. */
  renumberMembers(pane: Pane): void {
    const column = this.columns[this.fields.findIndex(({ name }) => name === memberColumn)]
    for (let entry = 0; entry < pane.count; entry++) if (column !== undefined && entry < column.length) column[entry] = memberOf(pane, entry)
  }

  get bytes(): number {
    return this.columns.reduce((sum, column) => sum + column.byteLength, 0)
  }

  /** Entries behind the last one kept are not written. */
  snapshot(writer: StateWriter, entries: number): void {
    this.kept = Math.min(this.kept, entries)
    for (const column of this.columns) writer.array(column, this.kept)
  }

  restore(from: Restoring, origins: Origins): void {
    this.columns = this.fields.map(({ type }) => from.column(origins, type === 'string'))
    this.kept = this.columns[0]?.length ?? 0
    this.reserve(Math.max(1, this.kept))
  }

  /** `visit` gets every string's number and answers the one to keep. */
  forEachText(entries: number, visit: (number: number) => number): void {
    this.fields.forEach((field, at) => {
      if (field.type !== 'string') return
      const column = this.columns[at] as Float64Array
      for (let entry = 0; entry < Math.min(entries, column.length); entry++) if ((column[entry] as number) >= 0) column[entry] = visit(column[entry] as number)
    })
  }

  private reserve(entries: number): void {
    if (entries <= (this.columns[0]?.length ?? entries)) return
    this.columns = this.columns.map((column) => {
      const larger = new Float64Array(entries * 2)
      larger.set(column)
      return larger
    })
  }
}

/** A cell as a number: bool 0 or 1, strings by their number among the job's, missing as NaN, which no cell holds. */
export function cellNumber(column: Column, row: number, strings: Strings): number {
  if (column.kind === 'list') throw new Error('state holds no lists')
  if (column.validity !== null && ((column.validity[row >> 3] as number) & (1 << (row & 7))) === 0) return Number.NaN
  if (column.kind === 'bool') return ((column.values[row >> 3] as number) >> (row & 7)) & 1
  const value = column.values[row] as number
  if (column.kind !== 'string' || column.dictionary === strings.dictionary) return value
  return strings.numberOf(column.dictionary.text(value))
}

/** The reverse of `cellNumber`, into a cleared output column; string columns share the job's strings. */
export function storeCell(column: Column, row: number, value: number): void {
  if (column.kind === 'list') throw new Error('state holds no lists')
  if (Number.isNaN(value)) {
    if (column.validity !== null) column.validity[row >> 3]! &= ~(1 << (row & 7))
    if (column.kind !== 'bool') column.values[row] = 0
  } else if (column.kind === 'bool') column.values[row >> 3]! |= value << (row & 7)
  else column.values[row] = value
}
