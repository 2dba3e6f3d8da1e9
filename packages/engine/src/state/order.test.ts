import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FirstOrder } from './order.ts'

/** The entries in the order of their first sequences, sorted plainly. */
function sorted(first: readonly number[], entries: readonly number[]): number[] {
  return entries.toSorted((a, b) => (first[a] as number) - (first[b] as number))
}

function check(order: FirstOrder, first: readonly number[]): void {
  const entries = first.map((_, at) => at).filter((at) => at % 3 !== 1)
  const found = order.of(Float64Array.from(first), Int32Array.from(entries), entries.length)
  expect([...found.subarray(0, entries.length)]).toEqual(sorted(first, entries))
}

describe('entries by their first sequences', () => {
  it.each([
    ['few and close', 40, 300],
    ['many and far', 3000, 2 ** 31],
    ['further apart than 32 bits', 200, Number.MAX_SAFE_INTEGER],
  ])('stand in order: %s', (_, maxLength, max) => {
    const order = new FirstOrder()
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max }), { maxLength }), (first) => {
        check(order, first)
      }),
      { numRuns: 50 },
    )
  })

  it('stand in order when they do already, and when none is there', () => {
    const order = new FirstOrder()
    check(order, [])
    check(order, [5])
    check(order, [1, 2, 3, 4, 5, 6])
    check(order, [6, 5, 4, 3, 2, 1])
  })

  it('what was sorted before leaves no trace', () => {
    const order = new FirstOrder()
    check(
      order,
      Array.from({ length: 2000 }, (_, at) => (at * 7919) % 2003),
    )
    check(order, [3, 1, 2])
  })
})
