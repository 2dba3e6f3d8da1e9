import { checksum } from '../checksum.ts'
import type { Chunk, Runs } from '../chunk.ts'
import { decodeTimes, timesBytes } from '../journal/times.ts'
import { firstSequences } from '../state/first-sequences.ts'
import { readContent } from '../state/journal-file.ts'
import type { JournalChunk, StreamState } from '../state/log-state.ts'
import { contentBytes, KeptSpans, spanFrom } from './journal-spans.ts'

/** A chunk that stands in a journal, from memory or from the file; null: it is damaged, or the journal is gone. */
export async function readJournalChunk(stream: StreamState, entry: JournalChunk, seed: number): Promise<Chunk | null> {
  const known = chunkInMemory(stream, entry)
  if (known !== null) return known
  const chunk = await fromFile(stream, entry, seed)
  if (chunk !== null) entry.seen = new WeakRef(chunk)
  return chunk
}

/** Among the newest, or read lately; null: neither. */
export function chunkInMemory(stream: StreamState, entry: JournalChunk): Chunk | null {
  const seen = entry.seen?.deref()
  if (seen !== undefined) return seen
  if (entry.payload === null) return null
  const chunk = chunkOf(stream, entry, entry.times, entry.payload)
  entry.seen = new WeakRef(chunk)
  return chunk
}

async function fromFile(stream: StreamState, entry: JournalChunk, seed: number): Promise<Chunk | null> {
  const span = spanFrom(stream, entry)
  const content = await readContent(entry.journal, span.at, span.bytes)
  if (content === null) return null
  const chunks = span.entries.map((each) => checkedChunk(stream, each, content.subarray(each.at - span.at), seed))
  for (const [i, chunk] of chunks.entries()) if (chunk !== null) span.entries[i]!.seen = new WeakRef(chunk)
  if (chunks.length > 1) kept.keep(chunks.filter((chunk) => chunk !== null))
  return chunks[0] ?? null
}

const kept = new KeptSpans()

/** null: the bytes are not as they were written. */
function checkedChunk(stream: StreamState, entry: JournalChunk, from: Uint8Array, seed: number): Chunk | null {
  const content = from.subarray(0, contentBytes(entry))
  const times = timesBytes(entry.runs)
  return checksum(content, seed) === entry.checksum ? chunkOf(stream, entry, content.subarray(0, times), content.subarray(times)) : null
}

function chunkOf({ tenant, name }: StreamState, entry: JournalChunk, times: Uint8Array | null, payload: Uint8Array): Chunk {
  const { kind, rows, schema } = entry
  return { tenant: tenant.name, stream: name, kind, rows, schema, payload, runs: runsOf(entry, times) }
}

function runsOf({ rows, sequence, runs, firstMs }: JournalChunk, times: Uint8Array | null): Runs {
  if (times === null || runs === 0) return { count: 1, rows: Int32Array.of(rows), sequence: Float64Array.of(sequence), ingestionMs: Float64Array.of(firstMs) }
  const decoded = decodeTimes(times, runs)
  return { count: runs, rows: decoded.rows, sequence: Float64Array.from(firstSequences(sequence, decoded.rows)), ingestionMs: decoded.ingestionMs }
}
