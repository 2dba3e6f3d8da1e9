import { type Lookup, lookupFor } from '../state/lookup.ts'
import type { Pane } from '../state/pane.ts'
import type { AggregateCode } from './aggregate-code.ts'
import type { KeyedRows, SliceFolds } from './slice-folds.ts'
import type { WindowRows } from './window-rows.ts'
import type { WindowSlices } from './window-slices.ts'

/** Takes late records into windows that have fired: their results are told anew (semantics T4, R2). */
export class WindowRevisions {
  /** Results told of keys that a window did not have when it fired, and results told again. */
  added = 0
  revised = 0
  private readonly code: AggregateCode
  private readonly windows: WindowSlices
  private readonly folds: SliceFolds
  private readonly rows: WindowRows
  private readonly lookup: Lookup

  constructor(code: AggregateCode, windows: WindowSlices, folds: SliceFolds, rows: WindowRows) {
    this.code = code
    this.windows = windows
    this.folds = folds
    this.rows = rows
    this.lookup = lookupFor(code.shape, ['0'])
  }

  /** The row at a position, of that slice, revises the windows first to last, in the order of their ends. Answers whether a batch went out. */
  revise(keyed: KeyedRows, position: number, slice: number, first: number, last: number): boolean {
    const key = this.folds.keyOf(keyed, position)
    const had: boolean[] = []
    for (let window = first; window <= last; window++) had.push(this.holds(window, key))
    this.folds.fold(keyed, slice, keyed.rows.selection, position, position + 1)
    this.windows.blocks.mend(slice, this.folds.keyOf(keyed, position))
    let flushed = false
    for (let window = first; window <= last; window++) {
      const revision = had[window - first] === true ? this.nextRevision(window, keyed, position) : 0
      if (revision === 0) this.added++
      else this.revised++
      flushed = this.tell(window, keyed, position, revision) || flushed
    }
    return flushed
  }

  /** Whether a fired window already had a row of the key: then its result is revised, else it is new. */
  private holds(window: number, key: Pane): boolean {
    return this.windows.panesOf(window).some((pane) => this.code.find(pane, key, 0) >= 0)
  }

  private nextRevision(window: number, { rows, keys }: KeyedRows, position: number): number {
    const { entries } = this.folds
    const pane = this.windows.revisions.open(window)
    this.lookup(pane, keys, rows.selection, position, position + 1, rows.sequence, entries)
    const revisions = pane.states[0] as Float64Array
    const entry = entries[0] as number
    revisions[entry]! += 1
    return revisions[entry] as number
  }

  private tell(window: number, keyed: KeyedRows, position: number, revision: number): boolean {
    const key = this.folds.keyOf(keyed, position)
    for (const pane of this.windows.panesOf(window)) {
      const entry = this.code.find(pane, key, 0)
      if (entry >= 0) this.code.joinOne(key, 0, pane, entry)
    }
    const { rows } = keyed
    return this.rows.write({ pane: key, order: null }, 0, 1, window, rows.sequence[rows.selection[position] as number] as number, revision)
  }
}
