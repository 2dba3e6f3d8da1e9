import type { Column } from '@millrace/columns'
import type { StateWriter } from '../state/bytes.ts'
import type { Restoring } from '../state/restoring.ts'
import type { Strings } from '../state/strings.ts'
import type { Origins } from '../state/unite.ts'
import { cellNumber } from './stored-rows.ts'

/** What running totals last told of every key, so that a row comes only where a value differs. */
export class ToldValues {
  /** By column, then by entry of the pane. A missing value is NaN, which no column holds. */
  private values: Float64Array[] = []
  /** Entries told at least once stand below. */
  private entries = 0
  private readonly columns: readonly number[]
  private readonly strings: Strings

  /** `columns`: the output columns to watch. */
  constructor(columns: readonly number[], strings: Strings) {
    this.columns = columns
    this.strings = strings
    this.values = columns.map(() => new Float64Array(16))
  }

  /** Whether row `row` says something new of the entry; remembers it. Entries come in rising order of their first row. */
  differs(output: readonly Column[], row: number, entry: number): boolean {
    this.reserve(entry + 1)
    let differs = entry >= this.entries
    if (differs) this.entries = entry + 1
    for (let at = 0; at < this.columns.length; at++) {
      const value = cellNumber(output[this.columns[at] as number] as Column, row, this.strings)
      const known = this.values[at] as Float64Array
      if (!Object.is(known[entry], value)) differs = true
      known[entry] = value
    }
    return differs
  }

  move(from: number, to: number): void {
    for (const values of this.values) values[to] = values[from] as number
  }

  truncate(entries: number): void {
    this.entries = Math.min(this.entries, entries)
  }

  get bytes(): number {
    return this.values.reduce((sum, values) => sum + values.byteLength, 0)
  }

  snapshot(writer: StateWriter): void {
    for (const values of this.values) writer.array(values, this.entries)
  }

  /** `entries`: of the pane whose origins these are; each was told. */
  restore(from: Restoring, origins: Origins, entries: number, output: readonly Column[]): void {
    this.entries = entries
    this.values = this.columns.map((column) => from.column(origins, output[column]?.kind === 'string'))
    this.reserve(Math.max(1, entries))
  }

  /** The texts told are numbers of the job's strings. */
  forEachText(output: readonly Column[], visit: (number: number) => number): void {
    this.columns.forEach((column, at) => {
      if (output[column]?.kind !== 'string') return
      const values = this.values[at] as Float64Array
      for (let entry = 0; entry < this.entries; entry++) if ((values[entry] as number) >= 0) values[entry] = visit(values[entry] as number)
    })
  }

  private reserve(entries: number): void {
    if (entries <= (this.values[0]?.length ?? entries)) return
    this.values = this.values.map((values) => {
      const larger = new Float64Array(entries * 2)
      larger.set(values)
      return larger
    })
  }
}
