import { checksum, seedOf } from '../checksum.ts'
import { recordKinds } from '../chunk.ts'
import type { File } from '../files/files.ts'
import { chunkParts, type Rows } from './chunk-bytes.ts'
import { ChunkIndex, type IndexEntry } from './chunk-index.ts'
import { type FileHeader, fileHeaderBytes } from './file-header.ts'
import { trailerBytes } from './layout.ts'
import { type Trailer, trailerOf } from './trailer.ts'

const bytesAWrite = 4 << 20
const partsAWrite = 512

/**
 * Writes a segment front to back into an empty file. While a write is under way the next chunks are gathered and their
 * checksums computed. At least one chunk, in the order of their sequences.
 */
export class SegmentWriter {
  readonly #file: File
  readonly #seed: number
  readonly #syncs: boolean
  readonly #entries: IndexEntry[] = []
  #parts: Uint8Array[] = []
  #waitingBytes = 0
  #offset = 0
  #rows = 0
  #records = 0
  #underWay: Promise<void> = Promise.resolve()

  /** `syncs`: what is written is synced piece by piece, as one long sync at the end would hold up those of commits. */
  constructor(file: File, header: FileHeader, syncs = false) {
    this.#file = file
    this.#syncs = syncs
    this.#seed = seedOf(header.logId)
    this.#push(fileHeaderBytes(header))
  }

  /** Bytes so far, those that still wait included. */
  get bytes(): number {
    return this.#offset
  }

  /** The payload must not change until `finish` resolves. */
  async add(chunk: Rows): Promise<void> {
    const { entry, parts } = chunkParts(chunk, this.#offset, this.#seed)
    this.#entries.push(entry)
    this.#rows += entry.rows
    if (recordKinds.has(chunk.kind)) this.#records += entry.rows
    for (const part of parts) this.#push(part)
    if (this.#waitingBytes >= bytesAWrite || this.#parts.length >= partsAWrite) await this.#flush()
  }

  /** Writes the index and the trailer; the file is whole then, but not synced. */
  async finish(): Promise<Trailer & { readonly bytes: number; readonly records: number }> {
    const index = ChunkIndex.of(this.#entries)
    const first = index.entry(0)
    const last = index.entry(index.count - 1)
    const trailer: Trailer = {
      indexOffset: this.#offset,
      chunks: index.count,
      indexChecksum: checksum(index.bytes, this.#seed),
      rows: this.#rows,
      firstSequence: first.firstSequence,
      lastSequence: last.lastSequence,
      firstIngestionMs: first.firstIngestionMs,
      lastIngestionMs: last.lastIngestionMs,
    }
    this.#push(index.bytes)
    this.#push(trailerOf(trailer, this.#seed))
    await this.#flush()
    await this.#underWay
    return { ...trailer, records: this.#records, bytes: trailer.indexOffset + index.bytes.length + trailerBytes }
  }

  /** Resolves when nothing is written any more, so that the file may be closed. */
  async abandon(): Promise<void> {
    await this.#underWay.catch(() => undefined)
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part)
    this.#waitingBytes += part.length
    this.#offset += part.length
  }

  /** Resolves when the write before this one is done: one is under way at most. */
  async #flush(): Promise<void> {
    const parts = this.#parts
    const at = this.#offset - this.#waitingBytes
    this.#parts = []
    this.#waitingBytes = 0
    await this.#underWay
    this.#underWay = this.#write(parts, at)
    // Whoever awaits it next hears of the failure; until then it must not count as unhandled.
    this.#underWay.catch(() => undefined)
  }

  async #write(parts: readonly Uint8Array[], at: number): Promise<void> {
    await this.#file.write(parts, at)
    if (this.#syncs) await this.#file.sync()
  }
}
