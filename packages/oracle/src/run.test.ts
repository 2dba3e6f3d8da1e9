import { describe, expect, it } from 'vitest'
import { aggregate, count, logOf, planOf, run, stream } from '../test/small-plan.ts'

const shown = (rows: ReturnType<typeof run>['out']) =>
  rows.map(
    ({ values, sequence, revision }) =>
      `${values['key']} ${values['windowStart']}-${values['windowEnd']}: ${values['rows']}, by ${sequence}, revision ${revision}`,
  )

describe('runOracle', () => {
  it('a window fires when the watermark is its end - 1 ms, keys in the order in which they came (T3, O2)', () => {
    const log = logOf([1, 'b', 1], [2, 'a', 1], [3, 'b', 1], [8, 'b', 1], [9, 'a', 1])
    expect(shown(run(planOf([aggregate()]), log).out)).toEqual(['b 0-10: 3, by 4, revision 0', 'a 0-10: 2, by 4, revision 0'])
  })

  it('a jump fires the windows that hold rows in the order of their ends (T3)', () => {
    const hopping = aggregate({ window: { kind: 'hopping', sizeMs: 20, slideMs: 10, offsetMs: 0 } })
    expect(shown(run(planOf([hopping]), logOf([5, 'a', 1], [500, 'a', 1])).out)).toEqual(['a -10-10: 1, by 1, revision 0', 'a 0-20: 1, by 1, revision 0'])
  })

  it('a late record revises until end + lateness - 1 ms, then it goes to the late stream (T4)', () => {
    const log = logOf([1, 'a', 1], [13, 'b', 1], [2, 'a', 1], [3, 'c', 1], [14, 'b', 1], [4, 'a', 1])
    const { out, late, stats } = run(planOf([aggregate({ allowedLatenessMs: 5 })]), log)
    expect(shown(out)).toEqual(['a 0-10: 1, by 1, revision 0', 'a 0-10: 2, by 2, revision 1', 'c 0-10: 1, by 3, revision 0'])
    expect(late['windows']).toMatchObject([{ sequence: 5, watermark: 14 }])
    expect(stats.windows['windows']).toMatchObject({ late: 2, tooLate: 1, windowsMissed: 1 })
  })

  it('final results come once, and what reads them does not find them late (T4, R3)', () => {
    const inner = aggregate({ allowedLatenessMs: 5, results: 'final' })
    const outer = aggregate({ id: 'outer', input: 'windows', window: { kind: 'tumbling', sizeMs: 20, offsetMs: 0 }, columns: [{ name: 'rows', value: count }] })
    const log = logOf([1, 'a', 1], [13, 'a', 1], [2, 'a', 1], [22, 'a', 1], [24, 'a', 1], [40, 'a', 1])
    expect(shown(run(planOf([inner]), log).out)).toEqual(['a 0-10: 2, by 3, revision 0', 'a 10-20: 1, by 4, revision 0', 'a 20-30: 2, by 5, revision 0'])
    expect(shown(run(planOf([inner, outer]), log).out)).toEqual(['a 0-20: 2, by 4, revision 0'])
  })

  it('of several streams the smallest watermark counts, without those that are idle (T6)', () => {
    const streams = { s: { ...stream, idleTimeoutMs: 100 }, t: stream }
    const log = logOf([5, 'a', 1, 's', 0], [30, 'b', 1, 't', 0], 99, 100)
    const union = { kind: 'union', id: 'both', inputs: ['s', 't'] } as const
    expect(shown(run(planOf([union, aggregate({ input: 'both' })], streams), log).out)).toEqual(['a 0-10: 1, by 3, revision 0'])
  })

  it('the end closes everything, and a missing key is a key of its own (T8, V1)', () => {
    expect(shown(run(planOf([aggregate()]), logOf([1, null, 1], [2, 'a', 1], 'end')).out)).toEqual([
      'null 0-10: 1, by 2, revision 0',
      'a 0-10: 1, by 2, revision 0',
    ])
  })

  it('running totals come a row a record, or where a value changes', () => {
    const max = { kind: 'aggregate', name: 'max', arg: { kind: 'column', name: 'value' } } as const
    const totals = (emit: 'record' | 'change') => aggregate({ window: null, emit, columns: [{ name: 'most', value: max }] })
    const log = logOf([1, 'a', 1], [2, 'a', 3], [3, 'a', 2], [4, 'a', null])
    const most = (emit: 'record' | 'change') => run(planOf([totals(emit)]), log).out.map(({ values }) => values['most'])
    expect(most('record')).toEqual([1, 3, 3, 3])
    expect(most('change')).toEqual([1, 3])
  })
})
