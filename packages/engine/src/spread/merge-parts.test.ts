import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mergeParts, type OrderedRows } from './merge-parts.ts'

type Numbers = readonly [sequence: number, instant: number, first: number]

const rowsOf = (rows: readonly Numbers[]): OrderedRows => ({
  count: rows.length,
  sequence: Float64Array.from(rows, ([sequence]) => sequence),
  order: [Float64Array.from(rows, ([, instant]) => instant), Float64Array.from(rows, ([, , first]) => first)],
})

const compare = (a: Numbers, b: Numbers): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
const merged = (parts: readonly (readonly Numbers[])[]): (Numbers | undefined)[] => {
  const { part, row } = mergeParts(parts.map(rowsOf))
  return Array.from(row, (at, i) => parts[part[i] as number]?.[at])
}

/** Few distinct numbers, so that groups and equal rows are many. */
const someRows = fc.array(fc.tuple(fc.nat(3), fc.nat(2), fc.nat(20)), { maxLength: 60 })

it('rows of parts come in one order, equal ones part by part', () => {
  fc.assert(
    fc.property(fc.array(someRows, { maxLength: 6 }), (unsorted) => {
      const parts = unsorted.map((rows) => rows.toSorted(compare))
      expect(merged(parts)).toEqual(parts.flat().toSorted(compare))
    }),
  )
})

it('what one part gave may come as several', () => {
  fc.assert(
    fc.property(someRows, someRows, fc.nat(60), (one, other, cut) => {
      const [a, b] = [one.toSorted(compare), other.toSorted(compare)]
      expect(merged([a.slice(0, cut), a.slice(cut), b])).toEqual(merged([a, b]))
    }),
  )
})

it('equal rows of one part keep the order in which it gave them', () => {
  const { part, row } = mergeParts([
    rowsOf([
      [1, 0, 0],
      [1, 0, 0],
    ]),
    rowsOf([
      [0, 0, 0],
      [1, 0, 0],
      [2, 0, 0],
    ]),
  ])
  expect([[...part], [...row]]).toEqual([
    [1, 0, 0, 1, 1],
    [0, 0, 1, 1, 2],
  ])
})

it('without columns of order the sequences say it', () => {
  const { part, row } = mergeParts([5, 7].map((first) => ({ count: 2, sequence: Float64Array.of(first, first + 4), order: [] })))
  expect([[...part], [...row]]).toEqual([
    [0, 1, 0, 1],
    [0, 0, 1, 1],
  ])
})
