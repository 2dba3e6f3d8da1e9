import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StateReader, StateWriter } from './bytes.ts'
import { lookupFor } from './lookup.ts'
import { Pane } from './pane.ts'
import { paneLayout } from './restoring.ts'
import { readPane } from './stored-pane.ts'
import { unite } from './unite.ts'

const shape = { parts: [{ field: { name: 'id', type: 'int64', nullable: false }, column: 0, kind: 'wide', word: 0 }], words: 2, flags: -1 } as const
const lookup = lookupFor(shape, ['0'])

/** Entries of the numbers, which count their rows in state 0. */
function count(pane: Pane, numbers: readonly number[]): number[] {
  const values = Float64Array.from(numbers)
  const entries = new Int32Array(numbers.length)
  const all = Int32Array.from(numbers, (_, at) => at)
  lookup(pane, [{ values, numbers: null, validity: null }], all, 0, numbers.length, values, entries)
  for (const entry of entries) (pane.states[0] as Float64Array)[entry]! += 1
  return [...entries]
}

/** What a pane holds, by key. */
function held(pane: Pane): Map<number, number> {
  const counts = pane.states[0] as Float64Array
  return new Map(
    Array.from({ length: pane.count }, (_, at) => [(pane.keys[at * 2 + 1] as number) * 2 ** 32 + ((pane.keys[at * 2] as number) >>> 0), counts[at] as number]),
  )
}

function plain(numbers: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1)
  return counts
}

const numbers = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: -(2 ** 40), max: 2 ** 40 })), { maxLength: 200 })
const wide = 2 ** 40

describe('a pane', () => {
  it('holds the state of every key, in the order in which they came, however much it grows', () => {
    fc.assert(
      fc.property(numbers, (all) => {
        const pane = new Pane(2, 1)
        count(pane, [wide, ...all])
        expect([...held(pane)]).toEqual([...plain([wide, ...all])])
      }),
    )
  })

  it('that was cleared is like a new one', () => {
    fc.assert(
      fc.property(numbers, numbers, (before, after) => {
        const pane = new Pane(2, 1)
        count(pane, before)
        const { uses } = pane
        pane.clear()
        expect([pane.count, pane.wide, pane.uses]).toEqual([0, false, uses + 1])
        expect(pane.slots.every((slot) => slot === 0)).toBe(true)
        count(pane, [wide, ...after])
        expect(held(pane)).toEqual(plain([wide, ...after]))
      }),
    )
  })

  it('that was restored goes on as the one whose snapshot it is', () => {
    fc.assert(
      fc.property(numbers, numbers, (before, after) => {
        const pane = new Pane(2, 1)
        count(pane, before)
        const writer = new StateWriter()
        pane.snapshot(writer)
        const layout = paneLayout(shape, 1, [])
        const restored = unite([readPane({ reader: new StateReader(writer.done()), numbers: null }, 0, layout)], layout, null).pane
        expect(count(restored, [wide, ...after])).toEqual(count(pane, [wide, ...after]))
        expect([...held(restored)]).toEqual([...held(pane)])
      }),
    )
  })
})
