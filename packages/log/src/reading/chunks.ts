import type { Chunk } from '../chunk.ts'
import type { LogEvent } from '../events.ts'
import type { Segments } from '../segment/segments.ts'
import type { JournalChunk, LogState, StreamState, TenantState } from '../state/log-state.ts'
import { chunkInMemory, readJournalChunk } from './journal-chunks.ts'

/** Finds the chunks of streams, wherever they are: segments, journals, memory. */
export class Chunks {
  readonly #state: LogState
  readonly #segments: Segments
  readonly #report: (event: LogEvent) => void

  constructor(state: LogState, segments: Segments, report: (event: LogEvent) => void) {
    this.#state = state
    this.#segments = segments
    this.#report = report
  }

  /** The first chunk that holds a row of `sequence` or higher; null: there is none yet. `missed` hears of damaged rows before it. */
  async from(stream: StreamState, sequence: number, missed: (rows: number) => void): Promise<Chunk | null> {
    let from = sequence
    for (;;) {
      const rewritten = stream.segments.at(-1)
      const inSegments = rewritten !== undefined && rewritten.lastSequence >= from ? await this.#segments.chunkFrom(stream, from, missed) : null
      if (inSegments !== null) return inSegments
      const entry = stream.journal[indexFrom(stream.journal, from)]
      if (entry === undefined && stream.segments.at(-1) === rewritten) return null
      const chunk = entry === undefined ? null : await this.readJournal(stream, entry)
      if (chunk !== null) return chunk
      // Where it was rewritten meanwhile, it is looked for anew; where the log was closed, there is nothing any more.
      if (entry?.journal.gone && stream.journal.includes(entry)) return null
      if (entry === undefined || entry.journal.gone) continue
      missed(entry.rows)
      from = entry.sequence + entry.rows
    }
  }

  /** As `from`, where that chunk is in memory; null: it has to be read. */
  inMemory(stream: StreamState, sequence: number): Chunk | null {
    const rewritten = stream.segments.at(-1)
    if (rewritten !== undefined && rewritten.lastSequence >= sequence) return null
    const entry = stream.journal[indexFrom(stream.journal, sequence)]
    return entry === undefined ? null : chunkInMemory(stream, entry)
  }

  async last(stream: StreamState): Promise<Chunk | null> {
    for (let index = stream.journal.length - 1; index >= 0; index--) {
      const entry = stream.journal[index]
      const chunk = entry === undefined ? null : await this.readJournal(stream, entry)
      if (chunk !== null) return chunk
    }
    return this.#segments.last(stream)
  }

  /** The smallest sequence of the tenant that was accepted at `ms` or later; null: none is. */
  async sequenceAt(tenant: TenantState, ms: number): Promise<number | null> {
    let found = Number.POSITIVE_INFINITY
    for (const stream of tenant.streams.values()) found = Math.min(found, (await this.#sequenceOf(stream, ms)) ?? found)
    return found === Number.POSITIVE_INFINITY ? null : found
  }

  /** A chunk that stands in a journal; null: it is damaged (and reported), or no longer there. */
  async readJournal(stream: StreamState, entry: JournalChunk): Promise<Chunk | null> {
    const chunk = await readJournalChunk(stream, entry, this.#state.seed)
    if (chunk !== null || entry.journal.gone) return chunk
    entry.journal.damaged = true
    const { sequence, rows, at, bytes, journal } = entry
    const what = `the rows ${sequence} to ${sequence + rows - 1} of the tenant ${stream.tenant.name}, stream ${stream.name}`
    this.#report({ kind: 'damage', file: journal.path, offset: at, bytes, rows, what })
    return null
  }

  async #sequenceOf(stream: StreamState, ms: number): Promise<number | null> {
    const rewritten = stream.segments.at(-1)
    const inSegments = rewritten !== undefined && rewritten.lastMs >= ms ? await this.#segments.sequenceAt(stream, ms) : null
    if (inSegments !== null) return inSegments
    const entry = stream.journal[indexAt(stream.journal, ms)]
    if (entry === undefined) return null
    return entry.firstMs >= ms ? entry.sequence : this.#sequenceIn(stream, entry, ms)
  }

  async #sequenceIn(stream: StreamState, entry: JournalChunk, ms: number): Promise<number> {
    const runs = (await this.readJournal(stream, entry))?.runs
    const run = runs?.ingestionMs.findIndex((time) => time >= ms) ?? -1
    return runs?.sequence[run] ?? entry.sequence
  }
}

/** Index of the first chunk that holds a row of `sequence` or higher. */
function indexFrom(chunks: readonly JournalChunk[], sequence: number): number {
  return firstIndex(chunks, (chunk) => chunk.sequence + chunk.rows > sequence)
}

/** Index of the first chunk that holds a row of log time `ms` or later. */
function indexAt(chunks: readonly JournalChunk[], ms: number): number {
  return firstIndex(chunks, (chunk) => chunk.lastMs >= ms)
}

/**
 * `holds` is false for those before it and true from it on. Searched from the end in steps that double, then by halving: who follows the
 * log closely finds it at once.
 */
function firstIndex(chunks: readonly JournalChunk[], holds: (chunk: JournalChunk) => boolean): number {
  let high = chunks.length
  let low = high - 1
  for (let step = 1; low >= 0 && holds(chunks[low]!); step *= 2) {
    high = low
    low = high - step
  }
  low = Math.max(0, low + 1)
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(chunks[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
