import { recordKinds } from '../chunk.ts'
import type { JournalChunk } from './log-state.ts'
import type { SegmentEntry } from './segment-entry.ts'

/** What a number of chunks hold. */
export interface Totals {
  rows: number
  /** Rows that are records. */
  records: number
  bytes: number
}

export function noTotals(): Totals {
  return { rows: 0, records: 0, bytes: 0 }
}

export function addTo(totals: Totals, { rows, bytes, kind }: JournalChunk): void {
  totals.rows += rows
  totals.bytes += bytes
  if (recordKinds.has(kind)) totals.records += rows
}

export function removeFrom(totals: Totals, { rows, bytes, kind }: JournalChunk): void {
  totals.rows -= rows
  totals.bytes -= bytes
  if (recordKinds.has(kind)) totals.records -= rows
}

/** A list of segments never changes: it is added up once. */
const known = new WeakMap<readonly SegmentEntry[], Totals>()

export function totalsOf(segments: readonly SegmentEntry[]): Totals {
  const found = known.get(segments)
  if (found !== undefined) return found
  const totals = noTotals()
  for (const { rows, bytes, records = rows } of segments) {
    totals.rows += rows
    totals.bytes += bytes
    totals.records += records
  }
  known.set(segments, totals)
  return totals
}
