import type { Rows } from '@millrace/columns'
import { type KeyArrays, type KeyShape, keyArrays } from '../state/key-shape.ts'
import { type Lookup, lookupFor, seekFor } from '../state/lookup.ts'
import type { Strings } from '../state/strings.ts'
import { type Episodes, initialEpisode } from './episodes.ts'

/** Finds the entries of rows that come together: most rows over windows are of keys without an episode, so all are sought at once. */
export class EpisodeLookup {
  private readonly shape: KeyShape
  private readonly episodes: Episodes
  private readonly strings: Strings
  private readonly lookup: Lookup
  private readonly seek: Lookup
  private readonly entry = new Int32Array(1)
  private rows: Rows | null = null
  private keys: KeyArrays = []
  /** Entries of the rows from position `from` on, as they were when there were `keysThen` keys; -1: none. */
  private known = new Int32Array(64)
  private from = 0
  private keysThen = 0

  constructor(shape: KeyShape, episodes: Episodes, strings: Strings) {
    this.shape = shape
    this.episodes = episodes
    this.strings = strings
    this.lookup = lookupFor(shape, initialEpisode)
    this.seek = seekFor(shape)
  }

  /** Rows selection[from, to) are asked for next. */
  begin(rows: Rows, from: number, to: number): void {
    if (to - from > this.known.length) this.known = new Int32Array((to - from) * 2)
    this.rows = rows
    this.keys = keyArrays(this.shape, rows.batch, this.strings)
    this.from = from
    this.seek(this.episodes.pane, this.keys, rows.selection, from, to, rows.sequence, this.known)
    this.keysThen = this.episodes.pane.count
  }

  /** Of the row at that position of the selection; -1: the key is not known, and with `onlyKnown` shall not become so. */
  entryOf(position: number, onlyKnown: boolean): number {
    const known = this.known[position - this.from] as number
    if (known >= 0) return known
    // Since then a row of the same key may have come.
    if (onlyKnown && this.episodes.pane.count === this.keysThen) return -1
    this.find(this.seek, position)
    if (this.entry[0] === -1 && !onlyKnown) this.find(this.lookup, position)
    return this.entry[0] as number
  }

  /** No more of these rows are asked for. */
  end(): void {
    this.rows = null
    this.keys = []
  }

  private find(how: Lookup, position: number): void {
    const { selection, sequence } = this.rows as Rows
    how(this.episodes.pane, this.keys, selection, position, position + 1, sequence, this.entry)
  }
}
