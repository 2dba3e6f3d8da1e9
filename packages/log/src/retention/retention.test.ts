import { expect, test } from 'vitest'
import type { File } from '../files/files.ts'
import type { Pin, Retention } from '../log.ts'
import { journalFile } from '../state/journal-file.ts'
import { type JournalChunk, newState, type StreamState, streamOf, type TenantState, tenantOf } from '../state/log-state.ts'
import type { SegmentEntry } from '../state/segment-entry.ts'
import { droppable, heldBytes } from './droppable.ts'
import { expiry, pinnedFrom, setPin } from './pins.ts'

const unlimited: Retention = { maxAgeMs: null, maxBytes: null }
const never = Number.POSITIVE_INFINITY

const entry = (first: number, last: number): SegmentEntry => ({
  file: `${first}`,
  bytes: 100,
  rows: last - first + 1,
  firstSequence: first,
  lastSequence: last,
  firstMs: first,
  lastMs: last,
})

/** Segments of the rows 1-10, 11-20, 21-30, then chunks of 31-40 and 41-50 in a closed journal, 51-60 in an open one; a row's time is its sequence. */
function stream(retention: Retention | null): StreamState {
  const made = streamOf(tenantOf(newState(new Uint8Array(8), 0), 't'), 's')
  made.retention = retention
  made.segments = [entry(1, 10), entry(11, 20), entry(21, 30)]
  made.journal = [31, 41, 51].map((sequence) => chunk(sequence, sequence < 51))
  return made
}

function chunk(sequence: number, closed: boolean): JournalChunk {
  const journal = { ...journalFile(closed ? 1 : 2, '', {} as File, 0), closed }
  const place = { journal, at: 0, bytes: 100, checksum: 0, runs: 0 }
  return { ...place, sequence, rows: 10, kind: 'batch', schema: 1, firstMs: sequence, lastMs: sequence + 9, payload: null, times: null, seen: null }
}

test('nothing goes without a limit', () => {
  expect(droppable(stream(null), 1e9, never)).toEqual({ segments: 0, chunks: 0 })
  expect(droppable(stream(unlimited), 1e9, never)).toEqual({ segments: 0, chunks: 0 })
})

test('by age goes what has no row that is young enough, in closed journals too', () => {
  expect(droppable(stream({ ...unlimited, maxAgeMs: 10 }), 30, never)).toEqual({ segments: 1, chunks: 0 })
  expect(droppable(stream({ ...unlimited, maxAgeMs: 10 }), 55, never)).toEqual({ segments: 3, chunks: 1 })
  expect(droppable(stream({ ...unlimited, maxAgeMs: 10 }), 1e9, never)).toEqual({ segments: 3, chunks: 2 })
})

test('by bytes the oldest goes until the rest fits', () => {
  expect(droppable(stream({ ...unlimited, maxBytes: 600 }), 0, never)).toEqual({ segments: 0, chunks: 0 })
  expect(droppable(stream({ ...unlimited, maxBytes: 599 }), 0, never)).toEqual({ segments: 1, chunks: 0 })
  expect(droppable(stream({ ...unlimited, maxBytes: 250 }), 0, never)).toEqual({ segments: 3, chunks: 1 })
  expect(droppable(stream({ ...unlimited, maxBytes: 0 }), 0, never)).toEqual({ segments: 3, chunks: 2 })
})

test('by bytes the newest stays, however large it is', () => {
  const rewritten = stream({ ...unlimited, maxBytes: 0 })
  rewritten.journal = []
  expect(droppable(rewritten, 0, never)).toEqual({ segments: 2, chunks: 0 })
})

test('where only the newest counts, it stays whatever its age', () => {
  const marks = stream({ maxAgeMs: 1, maxBytes: 0, lastOnly: true })
  expect(droppable(marks, 1e9, never)).toEqual({ segments: 3, chunks: 2 })
  marks.journal = []
  expect(droppable(marks, 1e9, never)).toEqual({ segments: 2, chunks: 0 })
})

test('nothing at or behind a pin goes, for no reason', () => {
  for (const retention of [
    { maxAgeMs: 0, maxBytes: 0 },
    { maxAgeMs: null, maxBytes: null, lastOnly: true },
  ]) {
    expect(droppable(stream(retention), 1e9, 1)).toEqual({ segments: 0, chunks: 0 })
    expect(droppable(stream(retention), 1e9, 20)).toEqual({ segments: 1, chunks: 0 })
    expect(droppable(stream(retention), 1e9, 41)).toEqual({ segments: 3, chunks: 1 })
  }
})

const pin: Pin = { tenant: 't', name: 'job', streams: ['s'], sequence: 15, maxAgeMs: 1000, maxBytes: 250 }

function tenant(): TenantState {
  return tenantOf(newState(new Uint8Array(8), 0), 't')
}

test('the lowest pin of a stream counts', () => {
  const pins = tenant()
  setPin(pins, pin, 0)
  setPin(pins, { ...pin, name: 'other', sequence: 7 }, 0)
  setPin(pins, { ...pin, name: 'elsewhere', streams: ['x'], sequence: 1 }, 0)
  expect(['s', 'x', 'y'].map((name) => pinnedFrom(pins, name))).toEqual([7, 1, never])
})

test('a pin must be durable at once unless it only moves forwards', () => {
  const pins = tenant()
  const urgent = [pin, pin, { ...pin, sequence: 20 }, { ...pin, sequence: 19 }, { ...pin, streams: ['s', 'x'] }, { ...pin, maxBytes: 1 }]
  expect(urgent.map((next) => setPin(pins, next, 0))).toEqual([true, false, false, true, true, true])
})

test('a pin holds what would go without it, and expires by that and by its age', () => {
  const kept = stream({ ...unlimited, maxBytes: 250 })
  expect(heldBytes(kept, droppable(kept, 0, never), 15)).toBe(300)
  expect(heldBytes(kept, droppable(stream(unlimited), 0, never), 15)).toBe(0)
  const state = { ...pin, setMs: 500 }
  expect([expiry(state, 250, 1500), expiry(state, 251, 1500), expiry(state, 0, 1501)]).toEqual([null, 'bytes', 'age'])
})
