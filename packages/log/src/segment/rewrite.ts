import type { Chunk } from '../chunk.ts'
import { giveWay } from '../give-way.ts'
import type { JournalChunk, StreamState } from '../state/log-state.ts'
import type { SegmentEntry } from '../state/segment-entry.ts'
import { ChunkJoiner, type Join } from './chunk-joiner.ts'
import type { OpenSegments } from './open-segments.ts'
import type { SegmentDamage } from './segment-damage.ts'
import { type SegmentPlace, SegmentSeries } from './segment-series.ts'

/** What all rewriting needs. */
export interface Rewriting {
  readonly place: SegmentPlace
  readonly join: Join | undefined
  readonly readJournal: (stream: StreamState, chunk: JournalChunk) => Promise<Chunk | null>
  readonly open: OpenSegments
  readonly damage: SegmentDamage
  readonly segmentBytes: number
  /** Whether work that is under way is to end soon. */
  readonly stopped: () => boolean
  readonly joinFailed: (stream: StreamState, error: unknown) => void
}

/** Segments that were written and do not count yet. */
export interface Rewritten {
  readonly written: readonly SegmentEntry[]
  /** What they stand for instead. */
  readonly replaced: readonly SegmentEntry[]
  /** Puts them into the stream, at once; false: the stream became another meanwhile, nobody needs them. */
  readonly apply: () => boolean
}

/** Writes chunks of a stream, small ones joined, as segments. null: it was stopped; nothing is left of it then, nor after an error. */
export async function writeChunks(rewriting: Rewriting, stream: StreamState, chunks: AsyncIterable<Chunk>): Promise<readonly SegmentEntry[] | null> {
  const series = new SegmentSeries(rewriting.place, stream, largestBytes(rewriting, stream))
  const joiner = new ChunkJoiner(
    rewriting.join,
    (chunk) => series.add(chunk),
    (error) => rewriting.joinFailed(stream, error),
  )
  try {
    for await (const chunk of chunks) {
      await joiner.add(chunk)
      await giveWay()
      if (!rewriting.stopped()) continue
      await series.abandon()
      return null
    }
    await joiner.flush()
    return await series.finish()
  } catch (error) {
    await series.abandon().catch(() => undefined)
    throw error
  }
}

/** Of a segment: where retention limits bytes, some of them must make up the limit, as only whole ones go. */
export function largestBytes({ segmentBytes }: Rewriting, { retention }: StreamState): number {
  return retention?.maxBytes == null ? segmentBytes : Math.min(segmentBytes, Math.max(64 << 10, retention.maxBytes / 8))
}

/** Between the first and the last row of a segment, as of bytes. */
export function longestMs({ retention }: StreamState): number {
  return retention?.maxAgeMs == null ? Number.POSITIVE_INFINITY : retention.maxAgeMs / 8
}

/** Puts segments where the stream has neighbours that they stand for, or behind all where these are none; false: it has them no more. */
export function replaceSegments(stream: StreamState, replaced: readonly SegmentEntry[], written: readonly SegmentEntry[]): boolean {
  const [first] = replaced
  const at = first === undefined ? stream.segments.length : stream.segments.indexOf(first)
  if (at < 0) return false
  stream.segments = stream.segments.toSpliced(at, replaced.length, ...written)
  return true
}
