import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyses, analysisNamed } from '../src/analyses/analyses.ts'
import type { AnalysisValues } from '../src/analyses/analysis.ts'
import { sqlOf } from '../src/analyses/check-values.ts'
import { count, countFields, countKey, field, type Row, World } from './world.ts'

const hour = 3_600_000
const day = 24 * hour
const table = 'equipment/failures'
let world: World

/** Two stations over three days from 1970-01-01: `a` fails once more each day, `b` twice as often; one result was revised. */
const results: readonly Row[] = [
  ...[0, 1, 2].flatMap((at) => [count(at * day + 22 * hour, 'a', at + 1), count(at * day + 9 * hour, 'b', 2 * (at + 1))]),
  count(9 * hour, 'c', 100),
  count(9 * hour, 'c', 4, { $revision: 1 }),
]

beforeAll(async () => {
  world = await World.open()
  await world.history.follow({ tenant: 'acme', stream: table, result: countKey })
  await world.history.follow({ tenant: 'acme', stream: 'voltage', timeColumn: 'at' })
  await world.append('acme', table, countFields, results)
  const voltages = results
    .slice(0, 6)
    .map((row) => ({ at: row['$windowStart'] as number, station: row['station'] as string, volt: 240 - 10 * (row['failures'] as number) }))
  await world.append('acme', 'voltage', [field('at', 'timestamp'), field('station', 'string'), field('volt', 'float64')], voltages)
  await world.history.write('acme')
})
afterAll(() => world.close())

async function ask(name: string, values: AnalysisValues): Promise<readonly Row[]> {
  const { sql, params } = sqlOf(analysisNamed(name), values, await world.tables('acme'))
  return world.rows('acme', sql, params)
}

describe('analyses: ', () => {
  it('busiest hours are those of the zone, and revisions count once', async () => {
    expect(await ask('busiest-hours', { table, time: 'window_start' })).toEqual([
      { hour: 9, rows: 4, share: 4 / 7 },
      { hour: 22, rows: 3, share: 3 / 7 },
    ])
    const vienna = await ask('busiest-hours', { table, time: 'window_start', zone: 'Europe/Vienna' })
    expect(vienna.map((row) => row['hour'])).toEqual([10, 23])
  })

  it('top values are the most frequent', async () => {
    expect(await ask('top-values', { table, by: ['station'], limit: 2 })).toEqual([
      { station: 'a', rows: 3, share: 3 / 7 },
      { station: 'b', rows: 3, share: 3 / 7 },
    ])
  })

  it('a ranking is by the measure', async () => {
    const all = { table, by: 'station', value: 'failures' }
    expect(await ask('ranking', all)).toEqual([
      { rank: 1, station: 'b', measured: 12, rows: 3 },
      { rank: 2, station: 'a', measured: 6, rows: 3 },
      { rank: 3, station: 'c', measured: 4, rows: 1 },
    ])
    expect((await ask('ranking', { ...all, measure: 'avg' })).map((row) => row['station'])).toEqual(['b', 'c', 'a'])
  })

  it('a roll-up has a row a period, apart by columns where asked', async () => {
    const days = await ask('roll-up', { table, value: 'failures', from: '1970-01-02T00:00:00Z' })
    expect(days).toEqual([
      { period: '1970-01-02T00:00:00Z', rows: 2, sum: 6, mean: 3, lowest: 2, highest: 4 },
      { period: '1970-01-03T00:00:00Z', rows: 2, sum: 9, mean: 4.5, lowest: 3, highest: 6 },
    ])
    const weeks = await ask('roll-up', { table, value: 'failures', unit: 'week', by: ['station'], to: '1970-01-02T00:00:00Z' })
    expect(weeks.map(({ period, station, sum }) => [period, station, sum])).toEqual([
      ['1969-12-29T00:00:00Z', 'a', 1],
      ['1969-12-29T00:00:00Z', 'b', 2],
      ['1969-12-29T00:00:00Z', 'c', 4],
    ])
    expect((await ask('roll-up', { table, value: 'failures', unit: 'month' })).map((row) => row['rows'])).toEqual([7])
  })

  it('a histogram has all its bins, and every value in one', async () => {
    const bins = await ask('histogram', { table, value: 'failures', bins: 5 })
    expect(bins.map(({ bin_from, rows }) => [bin_from, rows])).toEqual([
      [1, 1],
      [2, 2],
      [3, 1],
      [4, 2],
      [5, 1],
    ])
    expect(await ask('histogram', { table, value: 'datapoint', bins: 3 })).toHaveLength(3)
  })

  it('windows with more than N come with all their columns, the highest first', async () => {
    const windows = await ask('windows-above', { table, value: 'failures', threshold: 3 })
    expect(windows.map(({ station, failures }) => [station, failures])).toEqual([
      ['b', 6],
      ['c', 4],
      ['b', 4],
    ])
  })

  it('values that move against each other have the correlation -1', async () => {
    // Columns that must agree have one name in both tables.
    await world.history.follow({ tenant: 'acme', stream: 'counts' })
    const counts = results.slice(0, 6).map((row) => ({ at: row['$windowStart'] as number, station: row['station'] as string, n: row['failures'] as number }))
    await world.append('acme', 'counts', [field('at', 'timestamp'), field('station', 'string'), field('n', 'int64')], counts)
    await world.history.write('acme')
    const [found] = await ask('correlation', { table: 'voltage', value: 'volt', other: 'counts', otherValue: 'n', on: ['station', 'at'], time: 'at' })
    expect(found).toMatchObject({ pairs: 6 })
    expect(found?.['correlation']).toBeCloseTo(-1)
    expect(found?.['slope']).toBeCloseTo(-0.1)
  })

  it('a trend has its slope by day and a moving mean', async () => {
    const rows = await ask('trend', { table: 'voltage', value: 'volt', time: 'at', periods: 2 })
    expect(rows.map((row) => row['mean'])).toEqual([225, 210, 195])
    expect(rows.map((row) => row['moving_mean'])).toEqual([225, 217.5, 202.5])
    for (const row of rows) expect(row['slope_per_day']).toBeCloseTo(-15)
    expect(rows[2]?.['line']).toBeCloseTo(195)
  })

  it('take columns that are called like those of their answers', async () => {
    const names = ['hour', 'period', 'rows', 'rank', 'measured', 'mean', 'day', 'sum']
    const fields = names.map((name) => field(name, name === 'hour' || name === 'period' ? 'timestamp' : 'int32'))
    const rows = [3, 1, 1].map((a) => Object.fromEntries(names.map((name) => [name, name === 'hour' || name === 'period' ? a * day : a])))
    await world.append('acme', 'alike', fields, rows)
    await world.history.follow({ tenant: 'acme', stream: 'alike', timeColumn: 'hour' })
    await world.history.write('acme')
    const alike = { table: 'alike', value: 'mean' }
    for (const time of ['hour', 'period']) {
      expect(await ask('busiest-hours', { table: 'alike', time })).toEqual([{ hour: 0, rows: 3, share: 1 }])
      expect(await ask('roll-up', { ...alike, time, by: ['day'] })).toMatchObject([
        { day: 1, rows: 2, sum: 2 },
        { day: 3, rows: 1, sum: 3 },
      ])
      expect(await ask('trend', { ...alike, periods: 1, time })).toMatchObject([
        { mean: 1, line: 1 },
        { mean: 3, line: 3 },
      ])
    }
    for (const name of ['rows', 'rank', 'measured', 'sum']) {
      expect((await ask('top-values', { table: 'alike', time: 'hour', by: [name] })).map((row) => row[name])).toEqual([1, 3])
      expect((await ask('ranking', { ...alike, time: 'hour', by: [name] })).length).toBe(2)
      expect((await ask('roll-up', { ...alike, time: 'hour', by: [name] })).length).toBe(2)
    }
  })

  it('a correlation is the same whatever the columns are called that must agree', async () => {
    const names = ['x', 'y', 'a', 'b', 'pairs']
    const fields = [field('at', 'timestamp'), ...[...names, 'volt', 'failures'].map((name) => field(name, 'int32'))]
    const rows = [1, 2, 3].map((n) => ({ at: n, ...Object.fromEntries(names.map((name) => [name, n])), volt: 10 * n, failures: 5 * n }))
    await world.append('acme', 'named', fields, rows)
    await world.history.follow({ tenant: 'acme', stream: 'named', timeColumn: 'at' })
    await world.history.write('acme')
    const both = { table: 'named', value: 'volt', other: 'named', otherValue: 'failures', time: 'at' }
    for (const name of names) expect(await ask('correlation', { ...both, on: [name] }), name).toMatchObject([{ pairs: 3, slope: 0.5 }])
  })

  it('are asked of the history by their names', async () => {
    const { bytes, rows } = await world.history.analyse('acme', 'busiest-hours', { table, time: 'window_start' })
    expect(rows).toBe(2)
    expect(JSON.parse(new TextDecoder().decode(bytes))[0]).toEqual({ hour: 9, rows: 4, share: 4 / 7 })
  })

  it('take only tables, columns and values that there are, and say which', async () => {
    const wrong: readonly (readonly [string, AnalysisValues, RegExp])[] = [
      ['ranking', { table, by: 'station' }, /"value".*missing/],
      ['ranking', { table, by: 'statoin', value: 'failures' }, /"by".*did you mean station/],
      ['ranking', { table, by: 'station"; DROP', value: 'failures' }, /"by"/],
      ['ranking', { table: 'x', by: 'station', value: 'failures' }, /"table"/],
      ['ranking', { table, by: 'station', value: 'failures', measure: 'getenv' }, /"measure".*one of sum/],
      ['top-values', { table, by: [] }, /at least one/],
      ['top-values', { table, by: 'station', limit: 0 }, /"limit"/],
      ['busiest-hours', { table, zone: "UTC'" }, /"zone"/],
      ['busiest-hours', { table, from: 'yesterday' }, /"from"/],
      ['busiest-hours', { table, form: 1 }, /"form".*did you mean from/],
    ]
    for (const [name, values, message] of wrong) await expect(world.history.analyse('acme', name, values), name).rejects.toThrow(message)
    await expect(world.history.analyse('acme', 'x', {})).rejects.toMatchObject({ action: expect.stringContaining('busiest-hours') })
  })

  it('all say what they answer and what they take', () => {
    for (const { name, about, params } of analyses) {
      expect(name).toMatch(/^[a-z-]+$/)
      expect([about, ...params.map((param) => param.about)].join('')).toMatch(/\.$/)
    }
  })
})
