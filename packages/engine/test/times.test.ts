import { openJob } from '@millrace/engine'
import { describe, expect, it } from 'vitest'
import { every } from './apps.ts'
import { SmallJob } from './small-job.ts'

const rows = Array.from({ length: 40 }, (_, at) => ({ at: at * 60_000, site: 'north', id: at % 3, value: at }))
const sink = { rows: () => {}, late: () => {} }

describe('time in operators', () => {
  it('is measured where the job is given a clock, and nowhere else', () => {
    let calls = 0
    const job = new SmallJob(every.plan, { now: () => calls++ }).push(rows).end()
    const { timeMs = {} } = job.job.stats()
    expect(Object.keys(timeMs)).toEqual(every.plan.operators.map(({ id }) => id))
    for (const { id, kind } of every.plan.operators) if (kind !== 'read') expect(timeMs[id], id).toBeGreaterThan(0)
    expect(openJob(every.plan, { sink }).stats().timeMs).toBeUndefined()
  })

  it('is that of one operator at a time: together they took no longer than the job', () => {
    let nowMs = 0
    const job = new SmallJob(every.plan, { now: () => nowMs++ }).push(rows).end()
    const sum = Object.values(job.job.stats().timeMs ?? {}).reduce((all, ms) => all + ms, 0)
    expect(sum).toBeLessThan(nowMs)
    expect(sum).toBeGreaterThan(0)
  })

  it('is not that of the sink', () => {
    let nowMs = 0
    const slow = {
      rows: () => {
        nowMs += 1000
      },
      late: () => {},
    }
    const job = new SmallJob(every.plan, { now: () => nowMs, sink: slow }).push(rows).end()
    expect(nowMs).toBeGreaterThan(1000)
    expect(Object.values(job.job.stats().timeMs ?? {})).toEqual(every.plan.operators.map(() => 0))
  })
})

describe('state by operator', () => {
  it('adds up to that of the job, with its strings', () => {
    const { state, keys, stateBytes } = new SmallJob(every.plan).push(rows).job.stats()
    const all = Object.values(state)
    expect(Object.keys(state)).toEqual(every.plan.operators.filter(({ kind }) => kind === 'aggregate' || kind === 'alert').map(({ id }) => id))
    expect(all.reduce((sum, operator) => sum + operator.keys, 0)).toBe(keys)
    expect(all.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(stateBytes)
  })
})
