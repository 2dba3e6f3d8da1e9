import type { Chunk } from '../chunk.ts'
import type { StreamState } from '../state/log-state.ts'
import type { SegmentEntry } from '../state/segment-entry.ts'
import type { Rewriting } from './rewrite.ts'
import type { Block, SegmentFile } from './segment-file.ts'

/** A segment that was to be replaced is damaged: it is left as it is. */
class DamagedSegment extends Error {}

/** null: a segment that it read is damaged; which, `damage.files` knows now. */
export async function unlessDamaged<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof DamagedSegment) return null
    throw error
  }
}

/** All chunks of segments, apart from the blocks that readers share: nobody reads these soon. */
export async function* readSegments(rewriting: Rewriting, stream: StreamState, entries: readonly SegmentEntry[]): AsyncGenerator<Chunk> {
  const { open, damage } = rewriting
  for (const entry of entries) {
    const blocks = await open.use(stream, entry, async ({ blocks }) => blocks)
    if (blocks === null) damage.missing(entry)
    for (let block = 0; block < (blocks ?? 0); block++) {
      const read = await open.use(stream, entry, (file) => wholeBlock(rewriting, entry, file, block))
      if (read !== null) yield* read.chunks as readonly Chunk[]
    }
    if (damage.files.has(entry.file)) throw new DamagedSegment()
  }
}

async function wholeBlock({ damage }: Rewriting, entry: SegmentEntry, file: SegmentFile, number: number): Promise<Block> {
  const block = await file.readBlock(number)
  const damaged = block.chunks.indexOf(null)
  if (damaged < 0) return block
  damage.chunk(entry, file, block.first + damaged)
  throw new DamagedSegment()
}
