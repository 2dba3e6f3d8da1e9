import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Jobs, outputStream } from '@millrace/jobs'
import { app, float64, int32, int64, minutes, schema, stream, timestamp, tumbling } from '@millrace/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyses, analysisNamed } from '../src/analyses/analyses.ts'
import type { AnalysisValues } from '../src/analyses/analysis.ts'
import { sqlOf } from '../src/analyses/check-values.ts'
import { resultKey } from '../src/result-key.ts'
import { field, type Row, World } from './world.ts'

/** Real alarms of one hour. Numbers below are counted in the file by hand (`cut`, `sort`, `uniq -c`). */
const file = readFileSync(new URL('../../../examples/bts-alarms/data/alarm-2017-10-23-12-vn.csv', import.meta.url), 'utf8').trimEnd()
const values = { table: 'recorded', time: 'start_time', to: '2017-10-24T00:00:00Z' }

/** The file's records as a spreadsheet would have them. */
const records = file
  .split('\n')
  .slice(1)
  .map((line) => {
    const [id, station, alarm, , start = '', end = '', value = '', threshold = ''] = line.split(',')
    const instant = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`)
    return {
      id: Number(id),
      station_id: Number(station),
      alarm_id: Number(alarm),
      start_time: instant(start),
      end_time: end === '' ? null : instant(end),
      value: value === '999999' || value === '999991' ? null : Number(value),
      threshold: threshold === '999999' ? null : Number(threshold),
    }
  })
const end = { ...(records[0] as (typeof records)[number]), id: 1, alarm_id: 303, start_time: Date.UTC(2017, 9, 24), end_time: null }

const recorded = stream('recorded', {
  schema: schema({
    id: int64(),
    station_id: int64(),
    alarm_id: int32(),
    start_time: timestamp({ format: 'epoch-ms' }),
    end_time: timestamp({ format: 'epoch-ms', optional: true }),
    value: float64({ optional: true }),
    threshold: float64({ optional: true }),
  }),
  format: 'ndjson',
  time: 'start_time',
  watermark: { boundedOutOfOrderness: minutes(60) },
})
const fields = [
  field('id', 'int64'),
  field('station_id', 'int64'),
  field('alarm_id', 'int32'),
  field('start_time', 'timestamp'),
  field('end_time', 'timestamp', true),
  field('value', 'float64', true),
  field('threshold', 'float64', true),
]
const { plan } = app('grid', {}, (from) => ({
  voltage: from(recorded)
    .filter((a) => a.alarm_id === 308 || a.alarm_id === 309)
    .keyBy('station_id', 'alarm_id')
    .window(tumbling(minutes(10)))
    .aggregate((a, { count, sum }) => ({ alarms: count(), seconds: sum(a.end_time.minus(a.start_time).seconds) })),
}))
const voltage = outputStream('grid', 'voltage')
let world: World

beforeAll(async () => {
  world = await World.open()
  const jobs = new Jobs({ log: world.log, directory: join(world.directory, 'jobs'), workers: 0, live: false })
  await jobs.start({ tenant: 'acme', job: 'grid', plan })
  // The last record lets all windows fire.
  await world.append('acme', 'recorded', fields, [...records, end])
  await jobs.settle('acme', 'grid')
  await world.history.follow({ tenant: 'acme', stream: 'recorded', timeColumn: 'start_time' })
  await world.history.follow({ tenant: 'acme', stream: voltage, result: resultKey(plan, 'voltage') })
  await world.history.write('acme')
  await jobs.close()
})
afterAll(() => world.close())

async function ask(name: string, given: AnalysisValues): Promise<readonly Row[]> {
  const { sql, params } = sqlOf(analysisNamed(name), given, await world.tables('acme'))
  return world.rows('acme', sql, params)
}

const asked = new Set<string>()
function law(name: string, check: () => Promise<void>): void {
  asked.add(name)
  it(name, check)
}

describe('over real alarms of base stations', () => {
  law('busiest-hours', async () => {
    const hours = [
      [12, 191],
      [11, 3],
    ] as const
    const wanted = (shift: number) => hours.map(([hour, rows]) => ({ hour: hour + shift, rows, share: rows / 194 }))
    expect(await ask('busiest-hours', values)).toEqual(wanted(0))
    expect(await ask('busiest-hours', { ...values, zone: 'Asia/Ho_Chi_Minh' })).toEqual(wanted(7))
  })

  law('top-values', async () => {
    const top = await ask('top-values', { ...values, by: ['alarm_id'], limit: 5 })
    expect(top.map(({ alarm_id, rows }) => [alarm_id, rows])).toEqual([
      [308, 59],
      [309, 43],
      [319, 34],
      [323, 34],
      [312, 9],
    ])
  })

  law('ranking', async () => {
    const stations = await ask('ranking', { ...values, by: 'station_id', value: 'id', measure: 'count', limit: 4 })
    expect(stations.map(({ rank, station_id, measured }) => [rank, station_id, measured])).toEqual([
      [1, 1_161_115_022, 38],
      [2, 1_161_115_028, 29],
      [3, 1_161_114_060, 21],
      [4, 1_161_115_030, 16],
    ])
  })

  law('roll-up', async () => {
    const days = await ask('roll-up', { ...values, value: 'value', by: ['alarm_id'], unit: 'day' })
    expect(days.find(({ alarm_id }) => alarm_id === 309)).toEqual({
      period: '2017-10-23T00:00:00Z', alarm_id: 309, rows: 43, sum: 8557, mean: 199, lowest: 199, highest: 199,
    }) // biome-ignore format: a row a line
    const weeks = await ask('roll-up', { ...values, value: 'value', unit: 'week' })
    expect(weeks).toMatchObject([{ period: '2017-10-23T00:00:00Z', rows: 194 }])
    const [month] = await ask('roll-up', { ...values, value: 'value', unit: 'month', zone: 'Asia/Ho_Chi_Minh' })
    const there = records.flatMap(({ value }) => value ?? [])
    expect(month).toMatchObject({ period: '2017-10-01T00:00:00Z', rows: 194, lowest: Math.min(...there), highest: Math.max(...there) })
    expect(month?.['mean']).toBeCloseTo(there.reduce((sum, value) => sum + value, 0) / there.length, 9)
  })

  law('histogram', async () => {
    // Alarms of voltage by station and ten minutes: 5 windows with 1, 6 with 2, 2 with 3, 3 with 4, 2 with 5, 2 with 6, 2 with 7, 2 with 10, 1 with 11.
    const bins = await ask('histogram', { table: voltage, value: 'alarms', bins: 5 })
    expect(bins).toEqual([
      { bin_from: 1, bin_to: 3, rows: 11 },
      { bin_from: 3, bin_to: 5, rows: 5 },
      { bin_from: 5, bin_to: 7, rows: 4 },
      { bin_from: 7, bin_to: 9, rows: 2 },
      { bin_from: 9, bin_to: 11, rows: 3 },
    ])
  })

  law('windows-above', async () => {
    const windows = await ask('windows-above', { table: voltage, value: 'alarms', threshold: 6 })
    expect(windows.map(({ alarms, station_id, alarm_id, window_start }) => [alarms, station_id, alarm_id, window_start])).toEqual([
      [11, 1_161_115_028, 309, '2017-10-23T12:50:00Z'],
      [10, 1_161_114_027, 308, '2017-10-23T12:00:00Z'],
      [10, 1_161_115_030, 308, '2017-10-23T12:40:00Z'],
      [7, 1_161_114_059, 309, '2017-10-23T12:00:00Z'],
      [7, 1_161_114_060, 308, '2017-10-23T12:50:00Z'],
    ])
  })

  law('correlation', async () => {
    const pairs = records.flatMap(({ value, threshold }) => (value === null || threshold === null ? [] : [[threshold, value] as const]))
    const mean = (of: (pair: readonly [number, number]) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length
    const [x, y] = [mean(([a]) => a), mean(([, b]) => b)]
    const [xx, yy, xy] = [mean(([a]) => (a - x) ** 2), mean(([, b]) => (b - y) ** 2), mean(([a, b]) => (a - x) * (b - y))]
    const given = { ...values, value: 'threshold', other: 'recorded', otherValue: 'value', on: ['id'] }
    const [found] = await ask('correlation', given)
    expect(found?.['pairs']).toBe(pairs.length)
    expect(found?.['correlation']).toBeCloseTo(xy / Math.sqrt(xx * yy), 9)
    expect(found?.['slope']).toBeCloseTo(xy / xx, 9)
    // Alarms of voltage, and how long they lasted, window by window.
    const windows = await ask('correlation', { table: voltage, value: 'alarms', other: voltage, otherValue: 'seconds', on: 'result_id' })
    expect(windows[0]).toMatchObject({ pairs: 25 })
  })

  law('trend', async () => {
    const ofHour = (hour: number): number => {
      const there = records.filter(({ start_time }) => new Date(start_time).getUTCHours() === hour).flatMap(({ value }) => value ?? [])
      return there.reduce((sum, value) => sum + value, 0) / there.length
    }
    const rows = await ask('trend', { ...values, value: 'value', unit: 'hour' })
    const [first, second] = [ofHour(11), ofHour(12)]
    expect(rows.map(({ period }) => period)).toEqual(['2017-10-23T11:00:00Z', '2017-10-23T12:00:00Z'])
    rows.forEach(({ mean, line }, at) => {
      expect(mean).toBeCloseTo(at === 0 ? first : second, 9)
      expect(line).toBeCloseTo(at === 0 ? first : second, 5)
    })
    expect(rows[1]?.['moving_mean']).toBeCloseTo((first + second) / 2, 9)
    expect(rows[1]?.['slope_per_day']).toBeCloseTo((second - first) * 24, 5)
  })

  it('every question is asked', () => {
    expect([...asked].sort()).toEqual(analyses.map(({ name }) => name).sort())
  })
})
