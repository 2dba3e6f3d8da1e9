import { rehash } from './lookup.ts'
import { Pane } from './pane.ts'
import type { PaneLayout, StoredPane } from './stored-pane.ts'

/** Where the entries of a restored pane stood; null: in one part, all of them, in their order. */
export type Origins = { readonly part: Int32Array; readonly entry: Int32Array } | null

/** Whether an entry of a stored pane is wanted. */
export type Wants = (keys: Int32Array, entry: number) => boolean

/**
 * One pane of several that hold different keys, of their entries that are wanted (null: all), in the order of their
 * first sequences: as if one job had met all keys. Of equal ones the earlier part's come first.
 */
export function unite(stored: readonly StoredPane[], layout: PaneLayout, wants: Wants | null): { readonly pane: Pane; readonly origins: Origins } {
  const [only] = stored
  if (stored.length === 1 && wants === null && only !== undefined) return { pane: copied(only, layout), origins: null }
  const chosen = inOrder(
    stored,
    stored.map((pane) => wantedEntries(pane, wants)),
  )
  const { pane, part, entry } = gathered(stored, layout, chosen)
  return { pane, origins: { part, entry } }
}

function copied(stored: StoredPane, { shape }: PaneLayout): Pane {
  const pane = new Pane(shape.words, stored.states.length, stored.count + 1)
  pane.count = stored.count
  pane.wide = stored.wide
  pane.keys.set(stored.keys)
  pane.first.set(stored.first)
  stored.states.forEach((state, at) => {
    pane.states[at]?.set(state)
  })
  rehash(pane, shape)
  return pane
}

function wantedEntries({ count, keys }: StoredPane, wants: Wants | null): Int32Array {
  const entries = new Int32Array(count)
  let wanted = 0
  for (let entry = 0; entry < count; entry++) if (wants === null || wants(keys, entry)) entries[wanted++] = entry
  return entries.subarray(0, wanted)
}

interface Chosen {
  /** Place in the list of stored panes, and entry there. */
  readonly at: Int32Array
  readonly entry: Int32Array
}

/** Entries of each pane stand in the order of their first sequences; the lowest of all panes goes next. */
function inOrder(stored: readonly StoredPane[], wanted: readonly Int32Array[]): Chosen {
  const count = wanted.reduce((sum, { length }) => sum + length, 0)
  const chosen = { at: new Int32Array(count), entry: new Int32Array(count) }
  const next = wanted.map(() => 0)
  for (let to = 0; to < count; to++) {
    let from = -1
    let lowest = Number.POSITIVE_INFINITY
    for (let at = 0; at < wanted.length; at++) {
      const entry = wanted[at]?.[next[at] as number]
      if (entry === undefined) continue
      const first = stored[at]?.first[entry] as number
      if (from >= 0 && first >= lowest) continue
      from = at
      lowest = first
    }
    chosen.at[to] = from
    chosen.entry[to] = wanted[from]?.[next[from]!++] as number
  }
  return chosen
}

function gathered(stored: readonly StoredPane[], { shape, picks }: PaneLayout, { at, entry }: Chosen): { pane: Pane; part: Int32Array; entry: Int32Array } {
  const { words } = shape
  const pane = new Pane(words, picks.length, entry.length + 1)
  const part = new Int32Array(entry.length)
  pane.count = entry.length
  for (let to = 0; to < entry.length; to++) {
    const from = stored[at[to] as number] as StoredPane
    const row = entry[to] as number
    part[to] = from.part
    if (from.wide) pane.wide = true
    for (let word = 0; word < words; word++) pane.keys[to * words + word] = from.keys[row * words + word] as number
    pane.first[to] = from.first[row] as number
    for (let state = 0; state < picks.length; state++) (pane.states[state] as Float64Array)[to] = from.states[state]?.[row] as number
  }
  rehash(pane, shape)
  return { pane, part, entry }
}
