import type { LogFigures } from '../log.ts'
import type { LogState } from './log-state.ts'

/** What the files that the state names hold. */
export function logFiguresOf({ commit, journals, tenants }: LogState, waitingBytes: number): LogFigures {
  let segments = 0
  let segmentBytes = 0
  for (const { streams } of tenants.values()) {
    for (const stream of streams.values()) {
      segments += stream.segments.length
      for (const { bytes } of stream.segments) segmentBytes += bytes
    }
  }
  return { commit, journals: journals.length, journalBytes: journals.reduce((sum, { bytes }) => sum + bytes, 0), segments, segmentBytes, waitingBytes }
}
