import type { Batch } from '@millrace/columns'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TimeMerge } from './time-merge.ts'

type Placed = readonly [input: number, time: number]

function batchOf(times: readonly number[]): Batch {
  return {
    rows: times.length,
    fields: [{ name: 't', type: 'timestamp', nullable: false }],
    columns: [{ kind: 'timestamp', values: Float64Array.from(times), validity: null }],
  }
}

/** Merges inputs that hand over their rows in batches of `batchRows`. */
function merged(inputs: readonly (readonly number[])[], batchRows: number): readonly Placed[] {
  const merge = new TimeMerge(inputs.map(() => 't'))
  const read = inputs.map(() => 0)
  const placed: Placed[] = []
  for (let step = merge.next(); step.kind !== 'end'; step = merge.next()) {
    if (step.kind === 'wait') {
      const times = inputs[step.input] as readonly number[]
      const from = read[step.input] as number
      if (from >= times.length) merge.close(step.input)
      else merge.offer(step.input, batchOf(times.slice(from, from + batchRows)))
      read[step.input] = from + batchRows
    } else {
      const { input, batch, from, to } = step.rows
      const [column] = batch.columns
      for (let row = from; row < to; row++) placed.push([input, Number(column?.kind === 'timestamp' && column.values[row])])
    }
  }
  return placed
}

/** The rule itself: of the heads, the earliest; of equal ones, that of the input named first. */
function byRule(inputs: readonly (readonly number[])[]): readonly Placed[] {
  const rest = inputs.map((times) => [...times])
  const placed: Placed[] = []
  for (;;) {
    const heads = rest.flatMap((times, input): Placed[] => (times.length > 0 ? [[input, times[0] as number]] : []))
    const first = heads.toSorted((a, b) => a[1] - b[1] || a[0] - b[0])[0]
    if (first === undefined) return placed
    placed.push(first)
    rest[first[0]]?.shift()
  }
}

describe('merging by event time', () => {
  test('the earlier record comes first, of equal ones that of the input named first', () => {
    expect(
      merged(
        [
          [1, 5],
          [0, 5, 6],
        ],
        10,
      ),
    ).toEqual([
      [1, 0],
      [0, 1],
      [0, 5],
      [1, 5],
      [1, 6],
    ])
  })

  test('an input keeps its own order', () => {
    expect(merged([[9, 1, 2], [3]], 10)).toEqual([
      [1, 3],
      [0, 9],
      [0, 1],
      [0, 2],
    ])
  })

  test('any inputs, in batches of any size, merge as the rule says', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(20), { maxLength: 20 }), { maxLength: 4 }), fc.integer({ min: 1, max: 7 }), (inputs, batchRows) => {
        expect(merged(inputs, batchRows)).toEqual(byRule(inputs))
      }),
    )
  })
})
