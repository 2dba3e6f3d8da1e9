import type { Batch } from '@millrace/columns'
import { timesOf } from './local-log.ts'

/** Consecutive rows [from, to) of one input. */
export interface MergedRows {
  readonly input: number
  readonly batch: Batch
  readonly from: number
  readonly to: number
}

/** What `next` answers: rows, the input that must be offered more or closed first, or that all is read. */
export type MergeStep = { readonly kind: 'rows'; readonly rows: MergedRows } | { readonly kind: 'wait'; readonly input: number } | { readonly kind: 'end' }

interface Queue {
  readonly time: string | null
  readonly batches: { readonly batch: Batch; readonly times: Float64Array | null }[]
  row: number
  closed: boolean
}

/**
 * Merges inputs by event time, then by their order; an input keeps its own order (semantics T8). Records
 * of an input without a time column come as soon as they can. Batches offered must stay as they are.
 */
export class TimeMerge {
  private readonly queues: readonly Queue[]

  /** The time column of each input. */
  constructor(times: readonly (string | null)[]) {
    this.queues = times.map((time) => ({ time, batches: [], row: 0, closed: false }))
  }

  offer(input: number, batch: Batch): void {
    const queue = this.queues[input] as Queue
    if (batch.rows > 0) queue.batches.push({ batch, times: timesOf(batch, queue.time) })
  }

  close(input: number): void {
    const queue = this.queues[input] as Queue
    queue.closed = true
  }

  next(): MergeStep {
    let first = -1
    let firstTime = Number.POSITIVE_INFINITY
    let limit = Number.POSITIVE_INFINITY
    let limitInput = this.queues.length
    for (let input = 0; input < this.queues.length; input++) {
      const queue = this.queues[input] as Queue
      if (queue.batches.length === 0) {
        if (!queue.closed) return { kind: 'wait', input }
        continue
      }
      const time = headTime(queue)
      if (first < 0 || time < firstTime) {
        limit = first < 0 ? limit : firstTime
        limitInput = first < 0 ? limitInput : first
        first = input
        firstTime = time
      } else if (time < limit) {
        limit = time
        limitInput = input
      }
    }
    return first < 0 ? { kind: 'end' } : { kind: 'rows', rows: this.take(first, limit, limitInput) }
  }

  /** The rows of `input` that come before the head of the input next in line. */
  private take(input: number, limit: number, limitInput: number): MergedRows {
    const queue = this.queues[input] as Queue
    const { batch, times } = queue.batches[0] as { batch: Batch; times: Float64Array | null }
    const from = queue.row
    let to = from + 1
    if (times === null) to = batch.rows
    else while (to < batch.rows && ((times[to] as number) < limit || (times[to] === limit && input < limitInput))) to++
    queue.row = to
    if (to === batch.rows) {
      queue.batches.shift()
      queue.row = 0
    }
    return { input, batch, from, to }
  }
}

function headTime(queue: Queue): number {
  const times = (queue.batches[0] as { times: Float64Array | null }).times
  return times === null ? Number.NEGATIVE_INFINITY : (times[queue.row] as number)
}
