import type { KeyShape } from '../state/key-shape.ts'
import { rehash } from '../state/lookup.ts'
import type { Pane } from '../state/pane.ts'

/** Marks the strings of a pane's keys and states. */
export function markPane(pane: Pane, shape: KeyShape, textStates: readonly number[], used: Uint8Array): void {
  for (let entry = 0; entry < pane.count; entry++) {
    for (const part of shape.parts) if (part.kind === 'string') used[pane.keys[entry * shape.words + part.word] as number] = 1
  }
  for (const at of textStates) markState(pane.states[at] as Float64Array, pane.count, used)
}

function markState(state: Float64Array, count: number, used: Uint8Array): void {
  for (let entry = 0; entry < count; entry++) if ((state[entry] as number) >= 0) used[state[entry] as number] = 1
}

/** Gives a pane's strings their new numbers; keys hash differently then. */
export function renumberPane(pane: Pane, shape: KeyShape, textStates: readonly number[], numbers: Int32Array): void {
  const parts = shape.parts.filter((part) => part.kind === 'string')
  for (let entry = 0; entry < pane.count; entry++) {
    for (const part of parts) {
      const at = entry * shape.words + part.word
      pane.keys[at] = numbers[pane.keys[at] as number] as number
    }
  }
  for (const at of textStates) renumberState(pane.states[at] as Float64Array, pane.count, numbers)
  if (parts.length > 0) rehash(pane, shape)
}

function renumberState(state: Float64Array, count: number, numbers: Int32Array): void {
  for (let entry = 0; entry < count; entry++) if ((state[entry] as number) >= 0) state[entry] = numbers[state[entry] as number] as number
}
