import type { Chunk } from '../chunk.ts'
import { forgetJournalChunks, type JournalChunk, type StreamState } from '../state/log-state.ts'
import type { SegmentEntry } from '../state/segment-entry.ts'
import { readSegments, unlessDamaged } from './read-segments.ts'
import { longestMs, type Rewriting, type Rewritten, replaceSegments, writeChunks } from './rewrite.ts'

/** Segments below it are not left behind new ones: streams with little data would have many files. */
const tinyBytes = 16 << 10

/** Whether the stream has so much in journals up to number `upTo`, all closed, that it is to be rewritten. */
export function isDue({ journal }: StreamState, leastBytes: number, upTo: number): boolean {
  let bytes = 0
  for (const chunk of journal) {
    if (chunk.journal.number > upTo) return false
    bytes += chunk.bytes
    if (bytes >= leastBytes) return true
  }
  return false
}

/** Writes what the stream has in journals up to number `upTo`, all closed, as segments behind those that it has. null: it was stopped, or there is nothing. */
export async function rewriteJournals(rewriting: Rewriting, stream: StreamState, upTo: number): Promise<Rewritten | null> {
  const behind = stream.journal.findIndex(({ journal }) => journal.number > upTo)
  const chunks = behind < 0 ? stream.journal.slice() : stream.journal.slice(0, behind)
  const last = chunks.at(-1)
  if (last === undefined) return null
  const { journalFrom } = stream
  const replaced = tinySegments(rewriting, stream, last)
  const written = await unlessDamaged(writeChunks(rewriting, stream, allChunks(rewriting, stream, replaced, chunks)))
  // A damaged segment is known now, and is left alone when it is tried again.
  if (written === null) return rewriting.stopped() ? null : rewriteJournals(rewriting, stream, upTo)
  const apply = (): boolean => {
    if (stream.journalFrom !== journalFrom || !replaceSegments(stream, replaced, written)) return false
    forgetJournalChunks(stream, last.sequence + last.rows)
    return true
  }
  return { written, replaced, apply }
}

/** The stream's newest segments, as far as they are tiny. */
function tinySegments({ damage }: Rewriting, stream: StreamState, last: JournalChunk): readonly SegmentEntry[] {
  const { segments } = stream
  const oldestMs = last.lastMs - longestMs(stream)
  let from = segments.length
  for (; from > 0; from--) {
    const { file, bytes, firstMs } = segments[from - 1] as SegmentEntry
    if (bytes >= tinyBytes || firstMs < oldestMs || damage.files.has(file)) break
  }
  return segments.slice(from)
}

/** Damaged chunks of journals are left out: they were reported, and their journal is kept aside. While one is worked on, the next is read. */
async function* allChunks(
  rewriting: Rewriting,
  stream: StreamState,
  segments: readonly SegmentEntry[],
  chunks: readonly JournalChunk[],
): AsyncGenerator<Chunk> {
  yield* readSegments(rewriting, stream, segments)
  let ahead = readAhead(rewriting, stream, chunks[0])
  try {
    for (let i = 1; ahead !== null; i++) {
      const chunk: Chunk | null = await ahead
      ahead = readAhead(rewriting, stream, chunks[i])
      if (chunk !== null) yield chunk
    }
  } finally {
    // Also where the work was stopped: no file is read any more when it has ended.
    await ahead?.catch(() => undefined)
  }
}

function readAhead(rewriting: Rewriting, stream: StreamState, entry: JournalChunk | undefined): Promise<Chunk | null> | null {
  if (entry === undefined) return null
  const chunk = rewriting.readJournal(stream, entry)
  // Who awaits it hears of a failure; nobody does when the work was stopped.
  chunk.catch(() => undefined)
  return chunk
}
