import { BatchBuilder, type Float64Builder, type Int32Builder, type Rows, type StringBuilder } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import { expect, it } from 'vitest'
import { ascending } from '../state/ascending.ts'
import { partition } from './partition.ts'

const fields: readonly Field[] = [
  { name: 'text', type: 'string', nullable: true },
  { name: 'wide', type: 'int64', nullable: false },
  { name: 'word', type: 'int32', nullable: true },
]

type Row = readonly [text: string | null, wide: number, word: number | null]

function rowsOf(rows: readonly Row[]): Rows {
  const builder = new BatchBuilder(fields)
  const [text, wide, word] = builder.columns as readonly [StringBuilder, Float64Builder, Int32Builder]
  for (const [name, large, small] of rows) {
    const row = builder.addRow()
    if (name === null) text.setMissing(row)
    else text.set(row, name)
    wide.set(row, large)
    if (small === null) word.setMissing(row)
    else word.set(row, small)
  }
  const numbers = new Float64Array(rows.length)
  const batch = builder.batch()
  return {
    batch,
    selection: ascending(rows.length),
    count: rows.length,
    sequence: numbers,
    time: numbers,
    revision: null,
    windowStart: null,
    windowEnd: null,
    element: null,
    origin: null,
  }
}

/** The part of each row. */
function partsOf(rows: readonly Row[], columns: readonly string[], of: number): number[] {
  const owners = rows.map((): number[] => [])
  for (let index = 0; index < of; index++) {
    const { selection, count } = partition(fields, columns, { index, of })(rowsOf(rows))
    for (const row of selection.subarray(0, count)) owners[row]?.push(index)
  }
  expect(owners.every(({ length }) => length === 1)).toBe(true)
  return owners.flat()
}

const some: readonly Row[] = Array.from({ length: 3_000 }, (_, at): Row => [at % 70 === 0 ? null : `s${at}`, at * 2 ** 33 - at, at % 50 === 0 ? null : at])

it('every row belongs to one part, and parts are about as large as one another', () => {
  for (const columns of [['text'], ['wide'], ['text', 'wide', 'word'], ['wide', 'word']]) {
    for (const of of [2, 3, 4, 7]) {
      const parts = partsOf(some, columns, of)
      for (let index = 0; index < of; index++) {
        const share = parts.filter((part) => part === index).length / parts.length
        expect(share * of, `${columns} part ${index} of ${of}`).toBeGreaterThan(0.5)
        expect(share * of, `${columns} part ${index} of ${of}`).toBeLessThan(1.5)
      }
    }
  }
})

it('where a row belongs follows from its values alone, not from its batch', () => {
  const whole = partsOf(some, ['text', 'word'], 3)
  const turned = partsOf(some.toReversed(), ['text', 'word'], 3).toReversed()
  expect(turned).toEqual(whole)
  expect(some.slice(0, 100).flatMap((row) => partsOf([row], ['text', 'word'], 3))).toEqual(whole.slice(0, 100))
})

it('a key belongs to the same part in every version and on every machine', () => {
  const rows: readonly Row[] = [
    ['a', 1, 1],
    ['ä', -1, -1],
    [null, 2 ** 53 - 1, null],
    ['', -(2 ** 40), 0],
    ['sensor', 1_161_114_008, 303],
  ]
  expect(['text', 'wide', 'word'].map((column) => partsOf(rows, [column], 16))).toMatchInlineSnapshot(`
    [
      [
        9,
        11,
        0,
        8,
        8,
      ],
      [
        11,
        3,
        1,
        4,
        7,
      ],
      [
        11,
        3,
        0,
        2,
        14,
      ],
    ]
  `)
})

it('without columns all rows belong to part 0', () => {
  expect(partsOf(some, [], 3).every((part) => part === 0)).toBe(true)
})
