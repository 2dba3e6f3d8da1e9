import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SegmentEntry } from '../state/segment-entry.ts'
import { chooseNeighbours, type Limits } from './choose-neighbours.ts'

const limits: Limits = { bytes: 1 << 20, ms: Number.POSITIVE_INFINITY, without: new Set() }

function entry(number: number, bytes: number): SegmentEntry {
  return { file: `${number}`, bytes, rows: 1, firstSequence: number, lastSequence: number, firstMs: number, lastMs: number }
}

interface History {
  readonly most: number
  readonly written: number
  readonly segments: readonly SegmentEntry[]
}

/** Segments are added one by one, and joined as long as there is something to join. */
function grow(sizes: readonly number[], within: Limits): History {
  let segments: SegmentEntry[] = []
  let most = 0
  let written = 0
  for (const [number, size] of sizes.entries()) {
    segments.push(entry(number, size))
    for (let found = chooseNeighbours(segments, within); found !== null; found = chooseNeighbours(segments, within)) {
      const joined = segments.slice(found.from, found.to)
      const bytes = joined.reduce((sum, part) => sum + part.bytes, 0)
      expect(joined.length).toBeGreaterThan(1)
      expect(bytes).toBeLessThanOrEqual(within.bytes)
      const first = joined[0] as SegmentEntry
      segments = segments.toSpliced(found.from, joined.length, { ...first, bytes, lastMs: (joined.at(-1) as SegmentEntry).lastMs })
      written += bytes
    }
    most = Math.max(most, segments.length)
  }
  return { most, written, segments }
}

test('files do not pile up, and no row is rewritten more often than there are sizes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 200, max: 300_000 }), { maxLength: 400 }), (sizes) => {
      const total = sizes.reduce((sum, size) => sum + size, 0)
      const { most, written } = grow(sizes, limits)
      expect(most).toBeLessThanOrEqual(40 + total / (limits.bytes / 4))
      expect(written).toBeLessThanOrEqual(6 * total)
    }),
  )
  expect(grow(new Array(5000).fill(300), limits).most).toBeLessThanOrEqual(40)
})

test('what retention is to drop apart is not joined', () => {
  const { segments } = grow(new Array(100).fill(300), { ...limits, ms: 20 })
  for (const { firstMs, lastMs } of segments) expect(lastMs - firstMs).toBeLessThanOrEqual(20)
})

test('damaged segments are left alone, their neighbours are joined', () => {
  const segments = Array.from({ length: 17 }, (_, i) => entry(i, 1000))
  expect(chooseNeighbours(segments, { ...limits, without: new Set(['8']) })).toEqual({ from: 0, to: 8 })
  expect(chooseNeighbours(segments.slice(4), { ...limits, without: new Set(['8']) })).toEqual({ from: 5, to: 13 })
})
