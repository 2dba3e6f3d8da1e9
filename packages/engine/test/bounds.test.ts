import { app, hopping, milliseconds, minutes, schema, stream, text, timestamp, tumbling } from '@millrace/sdk'
import { describe, expect, it } from 'vitest'
import { SmallJob } from './small-job.ts'

const options = { schema: schema({ at: timestamp({ format: 'epoch-ms' }), sensor: text() }), format: 'ndjson', time: 'at', idleTimeout: null } as const
const readings = stream('readings', { ...options, watermark: 'monotonic' })
const patient = stream('readings', { ...options, watermark: { boundedOutOfOrderness: minutes(1) } })

/** Ten thousand windows a record: the most that a plan may have. */
const dense = app('dense', {}, (from) => ({
  windows: from(patient)
    .keyBy('sensor')
    .window(hopping(milliseconds(10_000), milliseconds(1)))
    .aggregate((_, { count }) => ({ rows: count() })),
}))

const sensors = (from: number, count: number, at: number) => Array.from({ length: count }, (_, i) => ({ at, sensor: `sensor ${from + i}` }))

describe('budgets', () => {
  it('a jump of the watermark over a million results answers "more", a bounded piece at a time', () => {
    const job = new SmallJob(dense.plan, { budgetRows: 8192, sink: { rows: (_, rows) => counted(rows.count), late: () => {} } })
    let most = 0
    let sinceRun = 0
    let total = 0
    function counted(rows: number): void {
      sinceRun += rows
      total += rows
    }
    job.push(sensors(0, 100, 0))
    job.job.push({ kind: 'end', sequence: 100 })
    let runs = 0
    for (let more = true; more; runs++) {
      sinceRun = 0
      more = job.job.run() === 'more'
      most = Math.max(most, sinceRun)
    }
    expect(total).toBe(1_000_000)
    expect(most).toBeLessThanOrEqual(8192 + 4096)
    expect(runs).toBeGreaterThan(100)
  })

  it('with a budget of one row a call gives a batch at most', () => {
    const job = new SmallJob(dense.plan, { budgetRows: 1 }).push(sensors(0, 2, 0)).end()
    expect(job.told.length).toBe(20_000)
    expect(job.mostRows).toBeLessThanOrEqual(4096)
  })

  it('a jump of a century over one record fires one window', () => {
    const perMinute = app('minutes', {}, (from) => ({
      counts: from(readings)
        .window(tumbling(minutes(1)))
        .aggregate((_, { count }) => ({ rows: count() })),
    }))
    const job = new SmallJob(perMinute.plan).push([{ at: 0, sensor: 'a' }]).push([{ at: 3_155_760_000_000, sensor: 'a' }])
    expect(job.told).toEqual(['counts 1.0 windowStart=0 windowEnd=60000 rows=1'])
    expect(job.runs).toBeLessThanOrEqual(2)
  })
})

describe('strings of state', () => {
  it('a million keys over time leave no more behind than those of an hour', () => {
    const keyed = app('keyed', {}, (from) => ({
      counts: from(readings)
        .keyBy('sensor')
        .window(tumbling(minutes(1)))
        .aggregate((r, { count, last }) => ({ rows: count(), last: last(r.sensor) })),
    }))
    const job = new SmallJob(keyed.plan, { sink: { rows: () => {}, late: () => {} } })
    const perMinute = 20_000
    const sizes: number[] = []
    for (let minute = 0; minute < 50; minute++) {
      job.push(sensors(minute * perMinute, perMinute, minute * 60_000))
      sizes.push(job.job.stats().stateBytes)
    }
    const early = Math.max(...sizes.slice(0, 10))
    expect(Math.max(...sizes.slice(10))).toBeLessThanOrEqual(2 * early)
    expect(job.job.snapshot().length).toBeLessThan(perMinute * 10 * 100)
    expect(job.job.stats().keys).toBe(perMinute)
  })

  it('an episode of long ago keeps its key, its message and its row', () => {
    const alerts = app('alerts', {}, (from) => ({
      alerts: from(readings)
        .keyBy('sensor')
        .alert({ when: (r) => r.sensor === 'watched', message: (r) => `${r.sensor} since ${r.at}`, clearAfter: minutes(10) }),
      counts: from(readings)
        .keyBy('sensor')
        .window(tumbling(milliseconds(10)))
        .aggregate((_, { count }) => ({ rows: count() })),
    }))
    const told: string[] = []
    const job = new SmallJob(alerts.plan)
    job.push([{ at: 0, sensor: 'watched' }])
    for (let step = 1; step <= 8; step++) job.push(sensors(step * 20_000, 20_000, step * 100))
    job.push([{ at: 600_000, sensor: 'last' }])
    told.push(...job.told.filter((line) => line.startsWith('alerts')))
    const row = 'severity="warning" message="watched since 1970-01-01T00:00:00.000Z" openedAt=0 at=0 sensor="watched"'
    expect(told).toEqual([`alerts 0.0 alert="open" ${row}`, `alerts 160001.1 alert="clear" ${row}`])
  })
})
