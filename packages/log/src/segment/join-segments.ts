import type { StreamState } from '../state/log-state.ts'
import { chooseNeighbours } from './choose-neighbours.ts'
import { readSegments, unlessDamaged } from './read-segments.ts'
import { largestBytes, longestMs, type Rewriting, type Rewritten, replaceSegments, writeChunks } from './rewrite.ts'

/** Writes neighbouring small segments of the stream as one. null: there are none, one is damaged, or it was stopped. */
export async function joinSegments(rewriting: Rewriting, stream: StreamState): Promise<Rewritten | null> {
  const limits = { bytes: largestBytes(rewriting, stream), ms: longestMs(stream), without: rewriting.damage.files }
  const found = chooseNeighbours(stream.segments, limits)
  if (found === null) return null
  const replaced = stream.segments.slice(found.from, found.to)
  const written = await unlessDamaged(writeChunks(rewriting, stream, readSegments(rewriting, stream, replaced)))
  if (written === null) return null
  return { written, replaced, apply: () => replaceSegments(stream, replaced, written) }
}
