import type { NewChunk } from '../chunk.ts'
import type { ChunkContent, PlacedAppend } from '../journal/directory.ts'
import type { JournalFile } from '../state/journal-file.ts'
import { addJournalChunk, type JournalChunk, type LogState, streamOf, tenantOf } from '../state/log-state.ts'

/**
 * Brings the state up to an append that is durable; answers its chunks as the log knows them now. `places`: where each chunk's
 * content begins in the journal, from index `first` on.
 */
export function applyAppend(state: LogState, placed: PlacedAppend, journal: JournalFile, places: readonly number[], first: number): readonly JournalChunk[] {
  const { append, contents, sequence } = placed
  const tenant = tenantOf(state, append.tenant)
  let next = sequence
  const chunks = append.chunks.map((chunk, index) => {
    const entry = journalChunk(chunk, contents[index]!, next, journal, places[first + index]!)
    addJournalChunk(streamOf(tenant, chunk.stream), entry)
    next += chunk.rows
    return entry
  })
  state.rows += next - sequence
  tenant.nextSequence = next
  if (append.producer !== undefined) tenant.producers.accept(append.producer.id, acceptedOf(placed))
  return chunks
}

/** What a repetition of the append is answered. */
export function acceptedOf({ append, contents, sequence }: PlacedAppend): { sequence: number; first: number; ingestionMs: number; rows: readonly number[] } {
  return {
    sequence: append.producer?.sequence ?? 0,
    first: sequence,
    ingestionMs: contents.at(-1)!.lastMs,
    rows: append.chunks.map((chunk) => chunk.rows),
  }
}

function journalChunk({ rows, kind, schema, payload }: NewChunk, content: ChunkContent, sequence: number, journal: JournalFile, at: number): JournalChunk {
  const { runs, firstMs, lastMs, checksum, times } = content
  return { journal, at, bytes: payload.length, checksum, sequence, rows, kind, schema, runs, firstMs, lastMs, payload, times, seen: null }
}
