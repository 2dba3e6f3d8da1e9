import type { Chunk } from '../chunk.ts'
import type { StreamState } from '../state/log-state.ts'
import type { SegmentEntry } from '../state/segment-entry.ts'
import type { BlockCache } from './block-cache.ts'
import type { OpenSegments } from './open-segments.ts'
import type { SegmentDamage } from './segment-damage.ts'
import type { Block, SegmentFile } from './segment-file.ts'

const blocksAhead = 2

/** Finds chunks in the segments of streams. Segments may be replaced while it reads: what it began to read, it reads to the end. */
export class SegmentReads {
  readonly #open: OpenSegments
  readonly #cache: BlockCache
  readonly #damage: SegmentDamage

  constructor(open: OpenSegments, cache: BlockCache, damage: SegmentDamage) {
    this.#open = open
    this.#cache = cache
    this.#damage = damage
  }

  /** The first chunk with a row at `sequence` or higher; null: there is none. `missed` hears of damaged rows before it. */
  async chunkFrom(stream: StreamState, sequence: number, missed: (rows: number) => void): Promise<Chunk | null> {
    for (let from = sequence; ; ) {
      const entry = stream.segments[first(stream.segments, ({ lastSequence }) => lastSequence >= from)]
      if (entry === undefined) return null
      const chunk = await this.#use(stream, entry, (file) => this.#firstWhole(stream, entry, file, file.index.atSequence(from), missed), missed)
      if (chunk !== null) return chunk
      if (!stream.segments.includes(entry)) continue
      from = entry.lastSequence + 1
    }
  }

  async last(stream: StreamState): Promise<Chunk | null> {
    const entry = stream.segments.at(-1)
    if (entry === undefined) return null
    const chunk = await this.#use(stream, entry, (file) => this.#chunk(stream, entry, file, file.index.count - 1))
    return chunk !== null || stream.segments.includes(entry) ? chunk : this.last(stream)
  }

  /** Of the stream's rows, the first that was accepted at `ms` or later; null: none is. */
  async sequenceAt(stream: StreamState, ms: number): Promise<number | null> {
    const entry = stream.segments[first(stream.segments, ({ lastMs }) => lastMs >= ms)]
    if (entry === undefined || entry.firstMs >= ms) return entry?.firstSequence ?? null
    const chunk = await this.#use(stream, entry, (file) => this.#firstWhole(stream, entry, file, file.index.atTime(ms), () => undefined))
    if (chunk !== null) return sequenceIn(chunk, ms)
    if (!stream.segments.includes(entry)) return this.sequenceAt(stream, ms)
    return stream.segments.find(({ firstSequence }) => firstSequence > entry.lastSequence)?.firstSequence ?? null
  }

  /** From a chunk of the index on, over damaged ones. */
  async #firstWhole(stream: StreamState, entry: SegmentEntry, file: SegmentFile, from: number, missed: (rows: number) => void): Promise<Chunk | null> {
    for (let i = from; i < file.index.count; i++) {
      const chunk = await this.#chunk(stream, entry, file, i)
      if (chunk !== null) return chunk
      missed(file.index.entry(i).rows)
    }
    return null
  }

  /** With the last chunk of a block those behind it are read ahead: one is read while the checksums of another are computed. */
  async #chunk(stream: StreamState, entry: SegmentEntry, file: SegmentFile, i: number): Promise<Chunk | null> {
    if (i < 0) return null
    const number = file.blockOf(i)
    const block = await this.#block(entry, file, number)
    const isLast = i === block.first + block.chunks.length - 1
    for (let next = number + 1; isLast && next <= number + blocksAhead && next < file.blocks; next++) this.#readAhead(stream, entry, next)
    const chunk = block.chunks[i - block.first] ?? null
    if (chunk === null) this.#damage.chunk(entry, file, i)
    return chunk
  }

  #block(entry: SegmentEntry, file: SegmentFile, number: number): Promise<Block> {
    return this.#cache.get(entry.file, number, () => file.readBlock(number))
  }

  /** Should it fail, whoever needs the block reads it anew and hears of it. */
  #readAhead(stream: StreamState, entry: SegmentEntry, number: number): void {
    if (this.#cache.has(entry.file, number)) return
    this.#open.use(stream, entry, (file) => this.#block(entry, file, number)).catch(() => undefined)
  }

  async #use<T>(stream: StreamState, entry: SegmentEntry, read: (file: SegmentFile) => Promise<T>, missed?: (rows: number) => void): Promise<T | null> {
    let found = false
    const result = await this.#open.use(stream, entry, (file) => {
      found = true
      return read(file)
    })
    if (found || !stream.segments.includes(entry)) return result
    this.#damage.missing(entry)
    missed?.(entry.rows)
    return null
  }
}

/** Index of the first that fits, of those that begin not to fit and then do. */
function first<T>(entries: readonly T[], fits: (entry: T) => boolean): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (fits(entries[middle] as T)) high = middle
    else low = middle + 1
  }
  return low
}

function sequenceIn({ runs }: Chunk, ms: number): number {
  for (let run = 0; run < runs.count; run++) if ((runs.ingestionMs[run] as number) >= ms) return runs.sequence[run] as number
  return runs.sequence[0] as number
}
