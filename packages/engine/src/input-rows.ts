import type { Batch, Float64Column, Rows } from '@millrace/columns'
import type { StreamNode } from '@millrace/plan'
import type { RowsInput } from './job.ts'

/** Event times by row of the batch (semantics T1). */
export function eventTimesOf(node: StreamNode, { batch, ingestion }: RowsInput): Float64Array {
  if (node.time !== null) return columnOf(batch, node.time).values
  return typeof ingestion === 'number' ? new Float64Array(batch.rows).fill(ingestion) : ingestion
}

function columnOf(batch: Batch, name: string): Float64Column {
  return batch.columns[batch.fields.findIndex((field) => field.name === name)] as Float64Column
}

export function logTimeOf({ ingestion }: RowsInput, row: number): number {
  return typeof ingestion === 'number' ? ingestion : (ingestion[row] as number)
}

export function sequenceOf({ sequence, from }: RowsInput, row: number): number {
  return typeof sequence === 'number' ? sequence + row - from : (sequence[row] as number)
}

/** The row with that sequence, which one of them has. */
export function rowAt({ sequence, from, to }: RowsInput, wanted: number): number {
  if (typeof sequence === 'number') return from + wanted - sequence
  let low = from
  let high = to - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sequence[middle] as number) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

/** The first place from `from` on in a selection whose row has that sequence or a higher one. */
export function firstAtOrAfter({ selection, sequence, count }: Rows, from: number, wanted: number): number {
  let low = from
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sequence[selection[middle] as number] as number) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

export function revisionsIn({ revision, selection, count }: Rows): number {
  if (revision === null) return 0
  let revisions = 0
  for (let x = 0; x < count; x++) if ((revision[selection[x] as number] as number) > 0) revisions++
  return revisions
}
