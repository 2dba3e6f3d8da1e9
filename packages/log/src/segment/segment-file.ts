import { checksum } from '../checksum.ts'
import type { Chunk } from '../chunk.ts'
import type { File, Files } from '../files/files.ts'
import { sharedMemory } from '../shared-memory.ts'
import { chunkView } from './chunk-bytes.ts'
import { ChunkIndex } from './chunk-index.ts'
import { fileHeaderBytes } from './file-header.ts'
import { indexEntryBytes, trailerBytes } from './layout.ts'
import { type Gap, scanChunks } from './scan-chunks.ts'
import { readTrailer } from './trailer.ts'

/** Chunks of a segment that are read together: long reads are what a disk likes, and one buffer holds them all. */
export interface Block {
  /** Number of the first chunk in the segment. */
  readonly first: number
  /** null: damaged. */
  readonly chunks: readonly (Chunk | null)[]
  readonly bytes: number
}

const tailBytes = 64 << 10
const blockBytes = 1 << 21

/** A segment opened for reading. */
export class SegmentFile {
  readonly path: string
  readonly index: ChunkIndex
  /** Where the index had to be made anew from the chunks: the bytes that are none. */
  readonly gaps: readonly Gap[]
  readonly #file: File
  readonly #names: { readonly tenant: string; readonly stream: string }
  readonly #seed: number
  /** Number of the first chunk of each block; one more at the end. */
  readonly #blockStarts: Int32Array

  private constructor(path: string, file: File, index: ChunkIndex, gaps: readonly Gap[], names: { tenant: string; stream: string }, seed: number) {
    this.path = path
    this.#file = file
    this.index = index
    this.gaps = gaps
    this.#names = names
    this.#seed = seed
    this.#blockStarts = blockStarts(index)
  }

  /** Reads the index only; where it is damaged, all headers of chunks. Rejects with an error of the file system. */
  static async open(files: Files, path: string, names: { tenant: string; stream: string }, seed: number): Promise<SegmentFile> {
    const file = await files.open(path, 'read')
    try {
      const size = await file.size()
      const index = await readIndex(file, size, seed)
      if (index !== null) return new SegmentFile(path, file, index, [], names, seed)
      const { entries, gaps } = await scanChunks(file, size, seed)
      return new SegmentFile(path, file, ChunkIndex.of(entries), gaps, names, seed)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** Number of the block that has the chunk. */
  blockOf(chunk: number): number {
    let low = 0
    let high = this.#blockStarts.length - 1
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#blockStarts[middle] as number) <= chunk) low = middle
      else high = middle
    }
    return low
  }

  /** Of the header of the file. */
  get headerBytes(): number {
    return fileHeaderBytes({ logId: new Uint8Array(8), ...this.#names }).length
  }

  get blocks(): number {
    return this.#blockStarts.length - 1
  }

  /** One read into shared memory; the chunks are views of it. */
  async readBlock(block: number): Promise<Block> {
    const first = this.#blockStarts[block] as number
    const last = (this.#blockStarts[block + 1] as number) - 1
    const start = this.index.entry(first).offset
    const bytes = new Uint8Array(sharedMemory(this.index.end(last) - start))
    const filled = await this.#file.read(bytes, start)
    const whole = bytes.subarray(0, filled)
    const chunks = Array.from({ length: last - first + 1 }, (_, i) => {
      const entry = this.index.entry(first + i)
      return chunkView(whole, entry.offset - start, entry, this.#names, this.#seed)
    })
    return { first, chunks, bytes: bytes.length }
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

async function readIndex(file: File, size: number, seed: number): Promise<ChunkIndex | null> {
  if (size < trailerBytes || size % trailerBytes !== 0) return null
  const tail = new Uint8Array(Math.min(size, tailBytes))
  const tailAt = size - tail.length
  if ((await file.read(tail, tailAt)) !== tail.length) return null
  const trailer = readTrailer(tail.subarray(tail.length - trailerBytes), seed)
  if (trailer === null) return null
  const length = trailer.chunks * indexEntryBytes
  if (trailer.indexOffset + length + trailerBytes !== size) return null
  const bytes = new Uint8Array(length)
  if (trailer.indexOffset >= tailAt) bytes.set(tail.subarray(trailer.indexOffset - tailAt, trailer.indexOffset - tailAt + length))
  else if ((await file.read(bytes, trailer.indexOffset)) !== length) return null
  return checksum(bytes, seed) === trailer.indexChecksum ? new ChunkIndex(bytes) : null
}

function blockStarts(index: ChunkIndex): Int32Array {
  const starts: number[] = []
  let start = Number.NEGATIVE_INFINITY
  for (let i = 0; i < index.count; i++) {
    if (index.end(i) - start <= blockBytes) continue
    starts.push(i)
    start = index.entry(i).offset
  }
  return Int32Array.from([...starts, index.count])
}
