import { describe, expect, it } from 'vitest'
import { compensatedSum, type Folded, fold } from './fold.ts'

const folded = (...values: readonly number[]): Folded[] => values.map((value, at) => ({ value, time: 0, slice: at }))
const timed = (...pairs: readonly (readonly [time: number, value: number])[]): Folded[] => pairs.map(([time, value]) => ({ value, time, slice: 0 }))
const folding = (name: 'sum' | 'first' | 'last' | 'variance' | 'min' | 'avg', rows: readonly Folded[], whole = false) =>
  fold({ kind: 'aggregate', name }, rows, whole).value

describe('fold', () => {
  it('a compensated sum keeps what an addition loses', () => {
    expect(compensatedSum([1, 1e100, 1, -1e100])).toBe(2)
  })

  it('an integer sum may leave int64 on the way, not at its end', () => {
    const most = Number.MAX_SAFE_INTEGER
    expect(folding('sum', folded(most, most, -most), true)).toBe(most)
    expect(folding('sum', folded(most, 1), true)).toBe(undefined)
  })

  it('first and last go by event time, ties by log order', () => {
    const rows = timed([5, 1], [3, 2], [3, 3], [5, 4])
    expect(folding('first', rows)).toBe(2)
    expect(folding('last', rows)).toBe(4)
  })

  it('the variance is of the sample, and missing below two values', () => {
    expect(folding('variance', folded(1, 3))).toBe(2)
    expect(folding('variance', folded(1))).toBe(null)
  })

  it('of no values everything but a count is missing', () => {
    for (const name of ['sum', 'first', 'last', 'variance', 'min', 'avg'] as const) expect(folding(name, [])).toBe(null)
  })
})
