import { type Batch, BatchBuilder } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyArrays, keyShape } from './key-shape.ts'
import { findFor, lookupFor, mergeFor, rehash, seekFor } from './lookup.ts'
import { Pane } from './pane.ts'
import { Strings } from './strings.ts'

const fields: readonly Field[] = [
  { name: 'small', type: 'int32', nullable: true },
  { name: 'wide', type: 'int64', nullable: true },
  { name: 'at', type: 'timestamp', nullable: false },
  { name: 'word', type: 'string', nullable: true },
  { name: 'on', type: 'bool', nullable: true },
]
type Key = readonly [small: number | null, wide: number | null, at: number, word: string | null, on: boolean | null]

function batchOf(rows: readonly Key[]): Batch {
  const builder = new BatchBuilder(fields)
  for (const row of rows) {
    const at = builder.addRow()
    row.forEach((value, index) => {
      const column = builder.columns[index]
      if (value === null) column?.kind !== 'list' && column?.setMissing(at)
      else if (column?.kind === 'string') column.set(at, String(value))
      else if (column?.kind === 'bool') column.set(at, value === true)
      else if (column !== undefined && column.kind !== 'list') column.set(at, Number(value))
    })
  }
  return builder.batch()
}

const names = fields.map(({ name }) => name)
const shape = keyShape(fields, names)
const lookup = lookupFor(shape, ['7'])

/** Entries of the rows in the pane, added where they are new. */
function entriesOf(pane: Pane, rows: readonly Key[], strings: Strings, find = lookup): number[] {
  const batch = batchOf(rows)
  const entries = new Int32Array(rows.length)
  const all = Int32Array.from(rows, (_, at) => at)
  find(
    pane,
    keyArrays(shape, batch, strings),
    all,
    0,
    rows.length,
    Float64Array.from(rows, (_, at) => 100 + at),
    entries,
  )
  return [...entries]
}

/** Numbers around the bounds of 32 bits and of whole numbers, whose halves are alike. */
const edge = [0, 1, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, -(2 ** 32), 2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 52]
const key: fc.Arbitrary<Key> = fc.tuple(
  fc.constantFrom(null, 0, 1, -1, 2 ** 31 - 1, -(2 ** 31)),
  fc.constantFrom(null, ...edge),
  fc.constantFrom(...edge.filter((value) => Math.abs(value) <= 8.64e15)),
  fc.constantFrom(null, '', 'a', 'é', '\0', '__proto__'),
  fc.constantFrom(null, true, false),
)
const keys = fc.array(key, { maxLength: 60 })

/** The entry that each row must have: keys are numbered as they come. */
function numbered(rows: readonly Key[]): number[] {
  const known = new Map<string, number>()
  return rows.map((row) => {
    const text = JSON.stringify(row)
    if (!known.has(text)) known.set(text, known.size)
    return known.get(text) as number
  })
}

describe('lookups', () => {
  it('equal keys have one entry, others their own, in the order in which they came', () => {
    fc.assert(
      fc.property(keys, (rows) => {
        expect(entriesOf(new Pane(shape.words, 1), rows, new Strings())).toEqual(numbered(rows))
      }),
      { numRuns: 300 },
    )
  })

  it('a pane whose keys fit 32 bits takes wider ones later, and finds the old', () => {
    fc.assert(
      fc.property(keys, keys, (narrow, rows) => {
        const first = narrow.map(([small, , , word, on]): Key => [small, small, 5, word, on])
        const pane = new Pane(shape.words, 1)
        const strings = new Strings()
        const all = numbered([...first, ...rows])
        expect(entriesOf(pane, first, strings)).toEqual(all.slice(0, first.length))
        expect(entriesOf(pane, rows, strings)).toEqual(all.slice(first.length))
      }),
    )
  })

  it('a new entry has its first sequence and its initial state', () => {
    const pane = new Pane(shape.words, 1)
    entriesOf(
      pane,
      [
        [1, 1, 1, 'a', true],
        [2, 1, 1, 'a', true],
        [1, 1, 1, 'a', true],
      ],
      new Strings(),
    )
    expect([...pane.first.subarray(0, 2)]).toEqual([100, 101])
    expect([...(pane.states[0] as Float64Array).subarray(0, 2)]).toEqual([7, 7])
  })

  it('seeking adds nothing', () => {
    fc.assert(
      fc.property(keys, keys, (known, rows) => {
        const pane = new Pane(shape.words, 1)
        const strings = new Strings()
        entriesOf(pane, known, strings)
        const { count } = pane
        const numbers = numbered([...known, ...rows]).slice(known.length)
        expect(entriesOf(pane, rows, strings, seekFor(shape))).toEqual(numbers.map((number) => (number < count ? number : -1)))
        expect(pane.count).toBe(count)
      }),
    )
  })

  it('merged panes hold the keys of both, and each is found', () => {
    const merge = mergeFor(shape, ['7'])
    const find = findFor(shape)
    fc.assert(
      fc.property(keys, keys, (left, right) => {
        const strings = new Strings()
        const [target, source] = [new Pane(shape.words, 1), new Pane(shape.words, 1)]
        entriesOf(target, left, strings)
        entriesOf(source, right, strings)
        const places = new Int32Array(source.count)
        merge(source, target, places)
        expect(target.count).toBe(new Set([...left, ...right].map((row) => JSON.stringify(row))).size)
        for (let entry = 0; entry < source.count; entry++) expect(find(target, source, entry)).toBe(places[entry])
        expect(entriesOf(target, right, strings)).toEqual(numbered([...left, ...right]).slice(left.length))
      }),
    )
  })

  it('keys are found after their hashes were computed anew, and after a pane grew', () => {
    const rows = Array.from({ length: 5000 }, (_, at): Key => [at % 7, at * 2 ** 33, at, `s${at % 11}`, at % 2 === 0])
    const pane = new Pane(shape.words, 1)
    const strings = new Strings()
    entriesOf(pane, rows, strings)
    rehash(pane, shape)
    expect(entriesOf(pane, rows, strings)).toEqual(numbered(rows))
    expect(pane.count).toBe(5000)
  })

  it('without key columns there is one entry', () => {
    const none = keyShape(fields, [])
    const pane = new Pane(none.words, 0)
    const entries = new Int32Array(3).fill(9)
    lookupFor(none, [])(pane, [], Int32Array.of(0, 1, 2), 0, 3, Float64Array.of(4, 5, 6), entries)
    expect([...entries, pane.count, pane.first[0]]).toEqual([0, 0, 0, 1, 4])
  })
})
