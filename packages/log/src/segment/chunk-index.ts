import { chunkBytes, indexEntryBytes } from './layout.ts'

/** One chunk as the index of a segment knows it. */
export interface IndexEntry {
  /** Where its header stands in the file. */
  readonly offset: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly firstIngestionMs: number
  readonly lastIngestionMs: number
  /** CRC of its runs and payload. */
  readonly checksum: number
  readonly payloadBytes: number
  readonly rows: number
  readonly runs: number
  readonly schema: number
  /** Number of its kind. */
  readonly kind: number
}

const doublesAnEntry = indexEntryBytes / 8
const wordsAnEntry = indexEntryBytes / 4

/** The index of a segment: views of its bytes, 64 a chunk (docs/log-format.md). */
export class ChunkIndex {
  readonly bytes: Uint8Array
  readonly count: number
  readonly #doubles: Float64Array
  readonly #words: Uint32Array

  /** `bytes` begin at a multiple of 8 of their buffer. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.count = bytes.length / indexEntryBytes
    this.#doubles = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8)
    this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  }

  static of(entries: readonly IndexEntry[]): ChunkIndex {
    const index = new ChunkIndex(new Uint8Array(entries.length * indexEntryBytes))
    for (const [i, entry] of entries.entries()) index.#set(i, entry)
    return index
  }

  entry(i: number): IndexEntry {
    const doubles = this.#doubles
    const words = this.#words
    const d = i * doublesAnEntry
    const w = i * wordsAnEntry
    return {
      offset: doubles[d] as number,
      firstSequence: doubles[d + 1] as number,
      lastSequence: doubles[d + 2] as number,
      firstIngestionMs: doubles[d + 3] as number,
      lastIngestionMs: doubles[d + 4] as number,
      checksum: words[w + 10] as number,
      payloadBytes: words[w + 11] as number,
      rows: words[w + 12] as number,
      runs: words[w + 13] as number,
      schema: words[w + 14] as number,
      kind: words[w + 15] as number,
    }
  }

  /** Where the chunk ends in the file, padding included. */
  end(i: number): number {
    const w = i * wordsAnEntry
    return (this.#doubles[i * doublesAnEntry] as number) + chunkBytes(this.#words[w + 13] as number, this.#words[w + 11] as number)
  }

  /** The first chunk with a row at or above the sequence; `count`: none. */
  atSequence(sequence: number): number {
    return this.#search(2, sequence)
  }

  /** The first chunk with a row accepted at `ms` or later; `count`: none. */
  atTime(ms: number): number {
    return this.#search(4, ms)
  }

  #search(column: number, least: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#doubles[middle * doublesAnEntry + column] as number) < least) low = middle + 1
      else high = middle
    }
    return low
  }

  #set(i: number, entry: IndexEntry): void {
    const { firstSequence, lastSequence, firstIngestionMs, lastIngestionMs } = entry
    this.#doubles.set([entry.offset, firstSequence, lastSequence, firstIngestionMs, lastIngestionMs], i * doublesAnEntry)
    this.#words.set([entry.checksum, entry.payloadBytes, entry.rows, entry.runs, entry.schema, entry.kind], i * wordsAnEntry + 10)
  }
}
