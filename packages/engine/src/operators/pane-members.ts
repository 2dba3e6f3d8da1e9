import type { KeyShape } from '../state/key-shape.ts'
import { rehash } from '../state/lookup.ts'
import type { Pane } from '../state/pane.ts'

// In a shared job every key begins with the number of the member that it belongs to.

export function memberOf(pane: Pane, entry: number): number {
  return pane.keys[entry * pane.words] as number
}

/** Drops the entries of members that left; `numbers`: by member its number now, -1 where it left. `moved` tells every other's new place. */
export function renumberMembers(pane: Pane, shape: KeyShape, numbers: Int32Array, moved?: (from: number, to: number) => void): void {
  const { words } = pane
  let to = 0
  for (let from = 0; from < pane.count; from++) {
    const member = numbers[memberOf(pane, from)] as number
    if (member < 0) continue
    moveEntry(pane, from, to)
    pane.keys[to * words] = member
    moved?.(from, to)
    to++
  }
  pane.count = to
  rehash(pane, shape)
}

function moveEntry(pane: Pane, from: number, to: number): void {
  if (from === to) return
  const { words } = pane
  pane.keys.copyWithin(to * words, from * words, (from + 1) * words)
  pane.first[to] = pane.first[from] as number
  for (const state of pane.states) state[to] = state[from] as number
}
