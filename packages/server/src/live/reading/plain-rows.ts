import type { Batch, Rows } from '@millrace/columns'

const nothing = new Float64Array(0)

/** Rows [from, to) of a batch that no job made: they have their columns and nothing else. */
export function plainRows(batch: Batch, from: number, to: number): Rows {
  const selection = new Int32Array(to - from)
  for (let i = 0; i < selection.length; i++) selection[i] = from + i
  const none = { revision: null, windowStart: null, windowEnd: null, element: null, origin: null }
  return { batch, selection, count: selection.length, sequence: nothing, time: nothing, ...none }
}
