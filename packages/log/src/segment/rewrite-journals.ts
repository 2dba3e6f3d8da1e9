import type { Chunk } from '../chunk.ts'
import { forgetJournalChunks, type JournalChunk, type StreamState } from '../state/log-state.ts'
import { type Rewriting, type Rewritten, writeChunks } from './rewrite.ts'

/** Whether the stream has so much in closed journals, or something in one up to number `mustGo`, that it is to be rewritten. */
export function isDue({ journal }: StreamState, leastBytes: number, mustGo: number): boolean {
  let bytes = 0
  for (const chunk of journal) {
    if (!chunk.journal.closed) return false
    bytes += chunk.bytes
    if (bytes >= leastBytes || chunk.journal.number <= mustGo) return true
  }
  return false
}

/** Writes what the stream has in closed journals as segments behind those that it has. null: it was stopped, or there is nothing. */
export async function rewriteJournals(rewriting: Rewriting, stream: StreamState): Promise<Rewritten | null> {
  const open = stream.journal.findIndex((chunk) => !chunk.journal.closed)
  const chunks = open < 0 ? stream.journal.slice() : stream.journal.slice(0, open)
  const last = chunks.at(-1)
  if (last === undefined) return null
  const { journalFrom } = stream
  const written = await writeChunks(rewriting, stream, readChunks(rewriting, stream, chunks))
  if (written === null) return null
  const apply = (): boolean => {
    if (stream.journalFrom !== journalFrom) return false
    stream.segments = [...stream.segments, ...written]
    forgetJournalChunks(stream, last.sequence + last.rows)
    return true
  }
  return { written, replaced: [], apply }
}

/** Damaged ones are left out: they were reported, and their journal is kept aside. */
async function* readChunks({ readJournal }: Rewriting, stream: StreamState, chunks: readonly JournalChunk[]): AsyncGenerator<Chunk> {
  for (const entry of chunks) {
    const chunk = await readJournal(stream, entry)
    if (chunk !== null) yield chunk
  }
}
