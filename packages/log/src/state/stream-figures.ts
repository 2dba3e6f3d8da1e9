import type { StreamFigures } from '../log.ts'
import type { StreamState } from './log-state.ts'
import { totalsOf } from './totals.ts'

/** Of the newest row; 0: there is none. */
export function lastSequence({ journal, segments }: StreamState): number {
  const newest = journal.at(-1)
  return newest === undefined ? (segments.at(-1)?.lastSequence ?? 0) : newest.sequence + newest.rows - 1
}

/** Asked for with each message of a device: nothing is added up here that grows with the log. */
export function figuresOf(stream: StreamState): StreamFigures {
  const { name, inJournals, journal, segments } = stream
  const rewritten = totalsOf(segments)
  return {
    stream: name,
    rows: rewritten.rows + inJournals.rows,
    records: rewritten.records + inJournals.records,
    droppedRecords: stream.droppedRecords,
    bytes: rewritten.bytes + inJournals.bytes,
    firstSequence: segments[0]?.firstSequence ?? journal[0]?.sequence ?? null,
    lastSequence: lastSequence(stream) || null,
    droppedUpTo: stream.droppedUpTo,
    lastIngestionMs: journal.at(-1)?.lastMs ?? segments.at(-1)?.lastMs ?? null,
  }
}
