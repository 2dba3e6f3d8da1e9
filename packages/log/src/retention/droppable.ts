import type { JournalChunk, StreamState } from '../state/log-state.ts'

/** What of a stream may go, from its oldest row on. */
export interface Droppable {
  /** Of its first segments. */
  readonly segments: number
  /** Of its first chunks in journals; only those in closed ones count. 0 where a segment stays. */
  readonly chunks: number
}

const nothing: Droppable = { segments: 0, chunks: 0 }

/**
 * By age goes what is older than allowed. By bytes the oldest goes until the rest is small enough, but the newest segment or chunk
 * stays. Of a stream that keeps its newest chunk only, all that stands before it goes. Nothing goes that has a row at `pinned` or above.
 */
export function droppable(stream: StreamState, nowMs: number, pinned: number): Droppable {
  const { retention, segments, journal } = stream
  if (retention === null) return nothing
  const mayGo = rule(stream, nowMs)
  const newest = journal.at(-1)
  let dropped = 0
  for (const segment of segments) {
    const isLast = dropped === segments.length - 1 && newest === undefined
    if (segment.lastSequence >= pinned || !mayGo(segment.bytes, segment.lastMs, isLast)) return { segments: dropped, chunks: 0 }
    dropped++
  }
  let chunks = 0
  for (const chunk of journal) {
    if (!chunk.journal.closed || lastOf(chunk) >= pinned || !mayGo(chunk.bytes, chunk.lastMs, chunk === newest)) break
    chunks++
  }
  return { segments: dropped, chunks }
}

/** Asked of parts from the oldest on, until it refuses. */
function rule({ retention, segments, journal }: StreamState, nowMs: number): (bytes: number, lastMs: number, isNewest: boolean) => boolean {
  if (retention?.lastOnly === true) return (_bytes, _lastMs, isNewest) => !isNewest
  const oldestMs = retention?.maxAgeMs == null ? Number.NEGATIVE_INFINITY : nowMs - retention.maxAgeMs
  const maxBytes = retention?.maxBytes ?? Number.POSITIVE_INFINITY
  let left = maxBytes === Number.POSITIVE_INFINITY ? 0 : sum(segments) + sum(journal)
  return (bytes, lastMs, isNewest) => {
    const goes = lastMs < oldestMs || (left > maxBytes && !isNewest)
    if (goes) left -= bytes
    return goes
  }
}

/** Bytes of what may go that a pin from `sequence` on keeps. */
export function heldBytes(stream: StreamState, { segments, chunks }: Droppable, sequence: number): number {
  const held = stream.segments.slice(0, segments).filter(({ lastSequence }) => lastSequence >= sequence)
  const heldChunks = stream.journal.slice(0, chunks).filter((chunk) => lastOf(chunk) >= sequence)
  return sum(held) + sum(heldChunks)
}

function lastOf({ sequence, rows }: JournalChunk): number {
  return sequence + rows - 1
}

function sum(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0)
}
