import { readFileSync } from 'node:fs'
import { MillraceClient } from '@millrace/api'
import { type AnalysisValues, analyses } from '@millrace/history'
import type { StreamNode } from '@millrace/plan'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analysisNamed } from '../../../history/src/analyses/analyses.ts'
import { sqlOf } from '../../../history/src/analyses/check-values.ts'
import { runQuery } from '../../../history/src/query/run-query.ts'
import { tablesUnder } from '../../../history/test/tables-under.ts'
import { examplePlan, World } from '../world.ts'

/** Real alarms of one hour, which a later record brings to an end. Numbers below are counted in the file by hand (`cut`, `sort`, `uniq -c`). */
const file = readFileSync(new URL('../../../../examples/bts-alarms/data/alarm-2017-10-23-12-vn.csv', import.meta.url), 'utf8').trimEnd()
const later = '1,1161114000,303,1,2017-10-24 00:00:00,,1,1'
const values = { table: 'recorded', time: 'start_time', to: '2017-10-24T00:00:00Z' }
const voltage = 'voltage-and-motion/voltage'
const world = new World()

type Row = Readonly<Record<string, unknown>>

/** The file's records as a spreadsheet would have them. */
const records = file
  .split('\n')
  .slice(1)
  .map((line) => {
    const [, station = '', alarm = '', , start = '', , value = '', threshold = ''] = line.split(',')
    const number = (text: string): number | null => (text === '999999' || text === '999991' ? null : Number(text))
    return { station: Number(station), alarm: Number(alarm), start, value: number(value), threshold: threshold === '999999' ? null : Number(threshold) }
  })

beforeAll(async () => {
  await world.open({ workers: 0 })
  const client = new MillraceClient({ url: world.platform.address, key: await world.tenant('acme') })
  const plan = await examplePlan('voltage-and-motion')
  await client.declareStream('recorded', { declaration: plan.streams['recorded'] as StreamNode, history: { keep: true, maxAgeMs: null } })
  await client.deployApp('voltage-and-motion', { plan })
  await client.startApp('voltage-and-motion')
  const { accepted, rejected } = await client.sendRecords('recorded', `${file}\n${later}\n`, { format: 'csv' })
  expect([accepted, rejected]).toEqual([195, 0])
  await world.settled('acme', 'voltage-and-motion')
  await world.platform.ground.history.history.write('acme')
})
afterAll(() => world.end())

/** What the process of a query would answer, without the process. */
async function ask(name: string, given: AnalysisValues): Promise<readonly Row[]> {
  const tables = await tablesUnder(world.data, 'acme')
  const { sql, params } = sqlOf(analysisNamed(name), given, tables)
  const limits = { timeMs: 10_000, memoryBytes: 128 << 20, temporaryBytes: 0, threads: 1, maxRows: 1000, maxBytes: 1 << 20 }
  const reply = await runQuery({ tables, directory: world.data, sql, params, format: 'json', limits })
  if (reply.kind === 'failed') throw new Error(reply.reason)
  return JSON.parse(new TextDecoder().decode(reply.bytes))
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
    const ofHour = (hour: string): number => {
      const there = records.filter(({ start }) => start.startsWith(`2017-10-23 ${hour}`)).flatMap(({ value }) => value ?? [])
      return there.reduce((sum, value) => sum + value, 0) / there.length
    }
    const rows = await ask('trend', { ...values, value: 'value', unit: 'hour' })
    const [first, second] = [ofHour('11'), ofHour('12')]
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
