import type { Rows } from '@millrace/columns'
import type { MemberPairs } from '../code/member-params.ts'
import { isMemberOnly, type KeyArrays, keyArrays } from '../state/key-shape.ts'
import { Pane } from '../state/pane.ts'
import type { Slices } from '../state/slices.ts'
import type { Strings } from '../state/strings.ts'
import type { AggregateCode } from './aggregate-code.ts'

export interface KeyedRows {
  readonly rows: Rows
  readonly keys: KeyArrays
}

/** Folds rows into the slices that hold them. */
export class SliceFolds {
  /** By row of the last lookup, from 0: the entry of its key. */
  entries = new Int32Array(4096)
  private readonly code: AggregateCode
  private readonly slices: Slices
  private readonly strings: Strings
  /** Takes the one key of a row. */
  private readonly single: Pane

  constructor(code: AggregateCode, slices: Slices, strings: Strings) {
    this.code = code
    this.slices = slices
    this.strings = strings
    this.single = new Pane(code.shape.words, code.initial.length)
  }

  keyed(rows: Rows): KeyedRows {
    return { rows, keys: keyArrays(this.code.shape, rows.batch, this.strings) }
  }

  /** Folds rows selection[from, to), all of one slice. */
  fold({ rows, keys }: KeyedRows, number: number, selection: Int32Array, from: number, to: number): void {
    const pane = this.slices.open(number)
    if (to - from > this.entries.length) this.entries = new Int32Array((to - from) * 2)
    this.code.lookup(pane, keys, selection, from, to, rows.sequence, this.entries)
    this.code.fold(pane, rows.batch.columns, selection, from, to, this.entries, rows.time)
  }

  /** The same of a shared job, once for every member that a row is for. */
  foldPairs({ rows, keys }: KeyedRows, pairs: MemberPairs, number: number, selection: Int32Array, from: number, to: number): void {
    const count = pairs.find(rows, selection, from, to)
    if (count === 0) return
    const pane = this.slices.open(number)
    // Four slots an entry.
    if (isMemberOnly(this.code.shape)) pane.reserve(pairs.count >> 2)
    if (count > this.entries.length) this.entries = new Int32Array(count * 2)
    this.code.pairLookup(pane, keys, pairs.rows, 0, count, rows.sequence, this.entries)
    this.code.fold(pane, rows.batch.columns, pairs.rows, 0, count, this.entries, rows.time)
  }

  /** A pane with the key of the row at that position of the selection as its only entry, valid until the next call. */
  keyOf({ rows, keys }: KeyedRows, position: number): Pane {
    this.single.clear()
    this.code.lookup(this.single, keys, rows.selection, position, position + 1, rows.sequence, this.entries)
    return this.single
  }
}
