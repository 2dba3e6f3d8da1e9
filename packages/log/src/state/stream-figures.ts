import type { StreamFigures } from '../log.ts'
import type { StreamState } from './log-state.ts'

/** Of the newest row; 0: there is none. */
export function lastSequence({ journal, segments }: StreamState): number {
  const newest = journal.at(-1)
  return newest === undefined ? (segments.at(-1)?.lastSequence ?? 0) : newest.sequence + newest.rows - 1
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
    bytes,
    firstSequence: segments[0]?.firstSequence ?? journal[0]?.sequence ?? null,
    lastSequence: lastSequence(stream) || null,
    droppedUpTo: stream.droppedUpTo,
    lastIngestionMs: journal.at(-1)?.lastMs ?? segments.at(-1)?.lastMs ?? null,
  }
}
