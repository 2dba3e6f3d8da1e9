import type { Rows } from '@millrace/columns'
import type { RowsInput } from './job.ts'
import { ascending } from './state/ascending.ts'

/** Makes rows of what is pushed; they are valid until the next are made. */
export class SourceRows {
  private sequence = new Float64Array(0)

  /** `time`: event times by row of the batch. */
  of(input: RowsInput, time: Float64Array): Rows {
    const { batch, from, to } = input
    return {
      batch,
      selection: ascending(to).subarray(from, to),
      count: to - from,
      sequence: this.sequencesOf(input),
      time,
      revision: null,
      windowStart: null,
      windowEnd: null,
      element: null,
      origin: null,
    }
  }

  private sequencesOf({ from, to, sequence: first }: RowsInput): Float64Array {
    if (typeof first !== 'number') return first
    if (this.sequence.length < to) this.sequence = new Float64Array(Math.max(to, 64))
    const { sequence } = this
    for (let row = from; row < to; row++) sequence[row] = first + (row - from)
    return sequence
  }
}
