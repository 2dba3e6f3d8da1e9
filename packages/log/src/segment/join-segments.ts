import type { Chunk } from '../chunk.ts'
import type { StreamState } from '../state/log-state.ts'
import type { SegmentEntry } from '../state/segment-entry.ts'
import { chooseNeighbours } from './choose-neighbours.ts'
import { largestBytes, type Rewriting, type Rewritten, writeChunks } from './rewrite.ts'
import type { Block, SegmentFile } from './segment-file.ts'

/** Writes neighbouring small segments of the stream as one. null: there are none, one is damaged, or it was stopped. */
export async function joinSegments(rewriting: Rewriting, stream: StreamState): Promise<Rewritten | null> {
  const ms = stream.retention?.maxAgeMs == null ? Number.POSITIVE_INFINITY : stream.retention.maxAgeMs / 8
  const found = chooseNeighbours(stream.segments, { bytes: largestBytes(rewriting, stream), ms, without: rewriting.damage.files })
  if (found === null) return null
  const replaced = stream.segments.slice(found.from, found.to)
  const written = await unlessDamaged(writeChunks(rewriting, stream, readSegments(rewriting, stream, replaced)))
  if (written === null) return null
  const apply = (): boolean => {
    const at = stream.segments.indexOf(replaced[0] as SegmentEntry)
    if (at < 0) return false
    stream.segments = stream.segments.toSpliced(at, replaced.length, ...written)
    return true
  }
  return { written, replaced, apply }
}

class DamagedSegment extends Error {}

async function unlessDamaged<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof DamagedSegment) return null
    throw error
  }
}

async function* readSegments(rewriting: Rewriting, stream: StreamState, entries: readonly SegmentEntry[]): AsyncGenerator<Chunk> {
  for (const entry of entries) {
    const blocks = await rewriting.open.use(stream, entry, async ({ blocks }) => blocks)
    if (blocks === null) rewriting.damage.missing(entry)
    for (let block = 0; block < (blocks ?? 0); block++) {
      const read = await rewriting.open.use(stream, entry, (file) => wholeBlock(rewriting, entry, file, block))
      if (read !== null) yield* read.chunks as readonly Chunk[]
    }
    if (rewriting.damage.files.has(entry.file)) throw new DamagedSegment()
  }
}

/** Apart from the blocks that readers share: nobody reads it soon. */
async function wholeBlock({ damage }: Rewriting, entry: SegmentEntry, file: SegmentFile, number: number): Promise<Block> {
  const block = await file.readBlock(number)
  const damaged = block.chunks.indexOf(null)
  if (damaged < 0) return block
  damage.chunk(entry, file, block.first + damaged)
  throw new DamagedSegment()
}
