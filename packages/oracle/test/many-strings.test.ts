import { openJob } from '@millrace/engine'
import type { Expression } from '@millrace/plan'
import { describe, expect, it } from 'vitest'
import { runEngine } from './engine/run-engine.ts'
import { aggregate, alert, type Brief, entriesOf, planOf } from './small-plan.ts'

const records = 150_000
const key: Expression = { kind: 'column', name: 'key' }
/** One that stays beside ever new ones, each of which counts for its window only. */
const keyOf = (at: number): string => (at % 10 === 0 ? 'stays' : `key ${at}`)

describe('strings', () => {
  it('that nothing holds any more are forgotten, and no result changes by it', () => {
    const when: Expression = { kind: 'call', name: 'isPresent', args: [key] }
    const most: Expression = { kind: 'aggregate', name: 'max', arg: key }
    const windows = aggregate({ columns: [{ name: 'most', value: most }] })
    const plan = planOf([windows, alert({ input: 'windows', when, message: { kind: 'column', name: 'most' } })])
    const log = entriesOf([...Array.from({ length: records }, (_, at): Brief => [at, keyOf(at), 1]), 'end'])
    const result = runEngine(openJob, { ...plan, outputs: { windows: 'windows', alerts: 'alerts' } }, log, { batchRows: 4096, builders: 'fresh' })
    expect(result.outputs['windows']?.map(({ values }) => values['most'])).toEqual(log.slice(0, -1).map((_, at) => keyOf(at)))
    const opened = result.outputs['alerts']?.filter(({ values }) => values['alert'] === 'open').map(({ values }) => `${values['key']}: ${values['message']}`)
    const expected = log.slice(0, -1).flatMap((_, at) => (at === 0 || at % 10 !== 0 ? [`${keyOf(at)}: ${keyOf(at)}`] : []))
    expect(opened).toEqual(expected)
  })
})
