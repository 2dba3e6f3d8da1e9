import type { RecordsBatch } from '@platformatic/kafka'

/** A transaction that was given up: its messages begin at the offset. */
export interface Aborted {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

const transactional = 1 << 4
const control = 1 << 5

/** What a partition gave from an offset on. */
export interface Committed {
  readonly bodies: readonly Uint8Array[]
  /** Of each body. */
  readonly offsets: readonly number[]
  /** Where reading goes on. */
  readonly next: number
}

/**
 * Messages from an offset on, in their order, without control records, those of aborted transactions, and tombstones (a key without a value). Brokers
 * give whole batches: the first may begin before the offset.
 */
export function committedMessages(batches: readonly RecordsBatch[], aborted: readonly Aborted[], from: number): Committed {
  const bodies: Uint8Array[] = []
  const offsets: number[] = []
  const isAborted = abortedBatches(aborted)
  let next = from
  for (const batch of batches) {
    const first = Number(batch.firstOffset)
    next = Math.max(next, first + batch.lastOffsetDelta + 1)
    if (isAborted(batch) || batch.attributes & control) continue
    for (const { offsetDelta, value } of batch.records) {
      if (value === null || first + offsetDelta < from) continue
      bodies.push(value)
      offsets.push(first + offsetDelta)
    }
  }
  return { bodies, offsets, next }
}

/** Asked of the batches in their order: a producer's transaction ends with its marker, and the next one may be committed. */
function abortedBatches(aborted: readonly Aborted[]): (batch: RecordsBatch) => boolean {
  const waiting = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  const under = new Set<bigint>()
  return (batch) => {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta)
    while (waiting.length > 0 && waiting[0]!.firstOffset <= last) under.add(waiting.shift()!.producerId)
    if (batch.attributes & control) {
      if (isAbortMarker(batch)) under.delete(batch.producerId)
      return false
    }
    return (batch.attributes & transactional) !== 0 && under.has(batch.producerId)
  }
}

/** A control record's key: its version, then its type; 0 is abort. */
function isAbortMarker({ records }: RecordsBatch): boolean {
  const key = records[0]?.key
  return key !== null && key !== undefined && key.readInt16BE(2) === 0
}
