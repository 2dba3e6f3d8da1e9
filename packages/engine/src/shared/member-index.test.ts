import { type Column, Dictionary } from '@millrace/columns'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascending } from '../state/ascending.ts'
import type { Threshold } from './conditions.ts'
import { MemberIndex } from './member-index.ts'
import { blockMembers, thresholdBlocks } from './threshold-blocks.ts'

const numbers = fc.constantFrom(0, 1, -1, 0.5, 0.25, 126, 1_161_114_000, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1, -(2 ** 40), 1e300, 1e-300)
const texts = fc.constantFrom('', 'a', 'b', 'ä', '__proto__', 'constructor', '0')
const member = fc.record({ number: numbers, text: texts, on: fc.boolean() })

const columnsOf = (rows: readonly { readonly number: number; readonly text: string; readonly on: boolean }[], validity: Uint8Array): Column[] => {
  const dictionary = new Dictionary()
  const bits = new Uint8Array(rows.length)
  rows.forEach(({ on }, row) => {
    if (on) bits[row >> 3]! |= 1 << (row & 7)
  })
  return [
    { kind: 'float64', values: Float64Array.from(rows, ({ number }) => number), validity },
    { kind: 'string', values: Int32Array.from(rows, ({ text }) => dictionary.internText(text)), dictionary, validity: null },
    { kind: 'bool', values: bits, validity: null },
  ]
}

describe('an index of members', () => {
  it('finds for each row exactly the members that have its values', () => {
    fc.assert(
      fc.property(
        fc.array(member, { minLength: 1, maxLength: 40 }),
        fc.array(member, { maxLength: 60 }),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        (members, rows, validity) => {
          const equal = [
            { column: 0, values: Float64Array.from(members, ({ number }) => number) },
            { column: 1, values: members.map(({ text }) => text) },
            { column: 2, values: Uint8Array.from(members, ({ on }) => (on ? 1 : 0)) },
          ]
          const index = new MemberIndex(members.length, equal, null)
          const groups = new Int32Array(rows.length)
          index.find(columnsOf(rows, validity), ascending(rows.length), rows.length, groups)
          rows.forEach((row, at) => {
            const isThere = (((validity[at >> 3] as number) >> (at & 7)) & 1) === 1
            const wanted = members.flatMap((each, number) =>
              isThere && each.number === row.number && each.text === row.text && each.on === row.on ? [number] : [],
            )
            expect([...membersOf(index, groups[at] as number)].sort((a, b) => a - b)).toEqual(wanted)
          })
        },
      ),
    )
  })

  it('holds every member once, in groups sorted by their threshold', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), numbers), { minLength: 1, maxLength: 60 }), fc.boolean(), (members, lowestFirst) => {
        const values = Float64Array.from(members, ([, number]) => number)
        const threshold: Threshold = { condition: { kind: 'literal', value: true }, param: 'p', values, lowestFirst }
        const index = new MemberIndex(members.length, [{ column: 0, values: Float64Array.from(members, ([group]) => group) }], threshold)
        expect([...index.members].sort((a, b) => a - b)).toEqual(members.map((_, at) => at))
        const blocks = thresholdBlocks(index, threshold)
        const sign = lowestFirst ? 1 : -1
        for (let group = 0; group + 1 < index.starts.length; group++) {
          const own = membersOf(index, group)
          const start = blocks.starts[group] as number
          const end = blocks.starts[group + 1] ?? blocks.values.length
          expect((end - start) % blockMembers).toBe(0)
          expect([...blocks.members.subarray(start, start + own.length)]).toEqual([...own])
          expect([...blocks.values.subarray(start, end)]).toEqual([...blocks.values.subarray(start, end)].sort((a, b) => sign * (a - b)))
          expect(blocks.values[end - 1]).toBe(sign * Number.POSITIVE_INFINITY)
        }
      }),
    )
  })
})

function membersOf({ members, starts }: MemberIndex, group: number): Int32Array {
  return group < 0 ? new Int32Array(0) : members.subarray(starts[group], starts[group + 1])
}
