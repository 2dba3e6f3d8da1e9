import { recordKinds } from '../chunk.ts'
import type { StreamFigures } from '../log.ts'
import type { JournalChunk, StreamState } from './log-state.ts'
import type { SegmentEntry } from './segment-entry.ts'

/** Of the newest row; 0: there is none. */
export function lastSequence({ journal, segments }: StreamState): number {
  const newest = journal.at(-1)
  return newest === undefined ? (segments.at(-1)?.lastSequence ?? 0) : newest.sequence + newest.rows - 1
}

/** Rows that are records. */
export function recordsIn(segments: readonly SegmentEntry[], chunks: readonly JournalChunk[]): number {
  let records = 0
  for (const part of segments) records += part.records ?? part.rows
  for (const part of chunks) if (recordKinds.has(part.kind)) records += part.rows
  return records
}

export function figuresOf(stream: StreamState): StreamFigures {
  const { name, journal, segments } = stream
  let rows = 0
  let bytes = 0
  for (const part of segments) {
    rows += part.rows
    bytes += part.bytes
  }
  for (const part of journal) {
    rows += part.rows
    bytes += part.bytes
  }
  return {
    stream: name,
    rows,
    records: recordsIn(segments, journal),
    droppedRecords: stream.droppedRecords,
    bytes,
    firstSequence: segments[0]?.firstSequence ?? journal[0]?.sequence ?? null,
    lastSequence: lastSequence(stream) || null,
    droppedUpTo: stream.droppedUpTo,
    lastIngestionMs: journal.at(-1)?.lastMs ?? segments.at(-1)?.lastMs ?? null,
  }
}
