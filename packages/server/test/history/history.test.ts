import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type HistoryAnswer, MillraceClient } from '@millrace/api'
import type { Plan, StreamNode } from '@millrace/plan'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleData, examplePlan, World } from '../world.ts'

const world = new World()
const failures = 'equipment-failures/failures'
const sql = `SELECT result_id, revision, station_id, datapoint_id, failures, highest FROM "${failures}" ORDER BY entry`
let plan: Plan
let key = ''
let acme: MillraceClient
let other: MillraceClient

beforeAll(async () => {
  key = await world.openWithTenant()
  acme = clientOf(key)
  other = clientOf(await world.tenant('other'))
  plan = await examplePlan('equipment-failures')
  const declaration = plan.streams['alarms'] as StreamNode
  await acme.declareStream('alarms', { declaration, history: { keep: true, maxAgeMs: null } })
  await acme.deployApp('equipment-failures', { plan })
  await acme.startApp('equipment-failures')
  await acme.sendRecords('alarms', readFileSync(exampleData), { format: 'csv' })
  await written()
})
afterAll(() => world.end())

function clientOf(secret: string): MillraceClient {
  return new MillraceClient({ url: world.platform.address, key: secret, retries: { tries: 1 } })
}

/** What the app made of all records is in the history. */
async function written(): Promise<void> {
  await world.settled('acme', 'equipment-failures')
  await world.platform.ground.history.history.write('acme')
}

describe('a tenant that sent records', () => {
  it('asks in SQL for what it can read', async () => {
    const { items } = await acme.readResults('equipment-failures', 'failures', { limit: 10_000 })
    const { rows, truncated, columns } = await acme.queryHistory({ sql })
    const read = items.map(({ _id, _revision, station_id, datapoint_id, failures: count, highest }) => {
      return { result_id: _id, revision: _revision, station_id, datapoint_id, failures: count, highest }
    })
    expect(rows).toEqual(read)
    expect(rows.length).toBeGreaterThan(50)
    expect([truncated, columns[0]]).toEqual([false, { name: 'result_id', type: 'VARCHAR' }])
  })

  it('has the same rows in every format', async () => {
    const { items } = await acme.readResults('equipment-failures', 'failures', { limit: 10_000 })
    const csv = new TextDecoder().decode(await acme.queryHistoryAs('csv', { sql }))
    expect(csv.trimEnd().split('\n')).toHaveLength(items.length + 1)
    const arrow = tableFromIPC(await acme.queryHistoryAs('arrow', { sql }))
    expect(arrow.toArray().map((row) => row['result_id'])).toEqual(items.map(({ _id }) => _id))
    const parquet = await acme.queryHistoryAs('parquet', { sql })
    expect(new TextDecoder().decode(parquet.subarray(-4))).toBe('PAR1')
    const refused = await world.ask('POST', '/v1/history/queries', { key, body: { sql }, headers: { accept: 'image/png' } })
    expect([refused.status, refused.body]).toMatchObject([406, { code: 'HISTORY_FORMAT' }])
  })

  it('sees its tables, and how far they are', async () => {
    const { items } = await acme.listTables()
    expect(items.map(({ name }) => name)).toEqual(['alarms', 'equipment-failures/alerts', failures])
    const { rows } = await acme.queryHistory({ sql: 'SELECT count(*) AS n FROM alarms WHERE alarm_id > $alarm', params: { alarm: 0 } })
    expect(items[0]).toMatchObject({ results: false, keep: true, rows: (rows[0] as { n: number }).n, rowsBehind: 0, behindMs: 0, failing: null })
    expect(items[2]).toMatchObject({ results: true, keep: true, rows: world.rows('acme', 'equipment-failures', 'failures'), rowsBehind: 0 })
    expect((await acme.getApp('equipment-failures')).history).toEqual({ keep: true, maxAgeMs: null, rowsBehind: 0, behindMs: 0, failing: null })
    expect((await acme.getStream('alarms')).history).toMatchObject({ keep: true, rowsBehind: 0 })
  })

  it('asks the ready-made questions', async () => {
    const { items } = await acme.listAnalyses()
    expect(items.map(({ name }) => name)).toContain('ranking')
    const { rows } = await acme.runAnalysis('ranking', { values: { table: failures, by: ['station_id'], value: 'failures', limit: 3 } })
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatchObject({ rank: 1 })
    await expect(acme.runAnalysis('ranking', { values: { table: failures, by: 'station_di', value: 'failures' } })).rejects.toMatchObject({
      code: 'HISTORY_PARAM',
      status: 422,
    })
    await expect(acme.runAnalysis('rank', { values: {} })).rejects.toMatchObject({ code: 'HISTORY_ANALYSIS_UNKNOWN', status: 404 })
  })

  it('is told what is wrong with its SQL, and where', async () => {
    const wrong = acme.queryHistory({ sql: `SELECT station_id,\n  failure FROM "${failures}"` })
    await expect(wrong).rejects.toMatchObject({
      code: 'HISTORY_SQL_FAILED',
      status: 422,
      message: expect.stringMatching(/"failure" not found.*"failures"/s),
      issues: [{ code: 'HISTORY_SQL_PLACE', path: 'sql', message: expect.stringContaining('line 2, column 3') }],
    })
  })
})

describe('a query that goes on for ever', () => {
  const forever = 'SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b'
  const code = (asked: Promise<HistoryAnswer>): Promise<string> =>
    asked.then(
      () => 'answered',
      (error: { code?: string }) => error.code ?? String(error),
    )
  const queries = (): readonly string[] => readdirSync(join(world.data, 'history', '.queries'))

  it('is cancelled by its name, by nobody else', async () => {
    const asked = code(acme.queryHistory({ sql: forever, query: 'long' }))
    await expect.poll(() => code(acme.queryHistory({ sql: 'SELECT 1', query: 'long' }))).toBe('HISTORY_QUERY_NAME')
    await expect(other.cancelQuery('long')).rejects.toMatchObject({ code: 'HISTORY_QUERY_UNKNOWN', status: 404 })
    await acme.cancelQuery('long')
    expect(await asked).toBe('HISTORY_QUERY_CANCELLED')
    await expect(acme.cancelQuery('long')).rejects.toMatchObject({ code: 'HISTORY_QUERY_UNKNOWN' })
  })

  it('is ended when who asked has gone', async () => {
    const gone = new AbortController()
    const asked = acme.queryHistory({ sql: forever }, { signal: gone.signal }).catch(() => 'gone')
    await expect.poll(queries).toHaveLength(1)
    gone.abort()
    expect(await asked).toBe('gone')
    await expect.poll(queries).toEqual([])
  })

  it('is ended at the time it may take', async () => {
    expect(await code(acme.queryHistory({ sql: forever, limits: { timeMs: 200 } }))).toBe('HISTORY_QUERY_TIME')
  })
})

it('another tenant sees none of it', async () => {
  expect(await other.listTables()).toEqual({ items: [] })
  await expect(other.queryHistory({ sql })).rejects.toMatchObject({ code: 'HISTORY_SQL_FAILED', status: 422 })
})

it('what was kept is there after a restart, and goes on', async () => {
  const before = await acme.listTables()
  const silent = await world.tenant('silent')
  await clientOf(silent).declareStream('alarms', { declaration: plan.streams['alarms'] as StreamNode, history: { keep: true, maxAgeMs: null } })
  await world.restart({ workers: 0 })
  acme = clientOf(key)
  await expect.poll(async () => (await clientOf(silent).listTables()).items).toMatchObject([{ name: 'alarms', keep: true, rows: 0 }])
  expect((await acme.listTables()).items.map(({ name, rows }) => [name, rows])).toEqual(before.items.map(({ name, rows }) => [name, rows]))
  await expect.poll(async () => (await acme.listTables()).items.map(({ keep }) => keep)).toEqual([true, true, true])
  await acme.sendRecords('alarms', readFileSync(exampleData), { format: 'csv' })
  await written()
  const [alarms] = (await acme.listTables()).items
  expect(alarms?.rows).toBe(2 * (before.items[0]?.rows as number))
})

it('an app that is not to be kept takes no more rows, and what is kept stays', async () => {
  await acme.deployApp('equipment-failures', { plan, history: { keep: false, maxAgeMs: 86_400_000 } })
  const { items } = await acme.listTables()
  expect(items.map(({ name, keep, maxAgeMs }) => [name, keep, maxAgeMs])).toEqual([
    ['alarms', true, null],
    ['equipment-failures/alerts', false, 86_400_000],
    [failures, false, 86_400_000],
  ])
  expect(items[2]?.rows).toBeGreaterThan(50)
})

it('what is deleted goes from the history, too', async () => {
  await acme.deleteApp('equipment-failures')
  expect((await acme.listTables()).items.map(({ name }) => name)).toEqual(['alarms'])
  await acme.deleteStream('alarms')
  expect(await acme.listTables()).toEqual({ items: [] })
  await world.ask('DELETE', '/v1/tenants/acme')
  expect(existsSync(join(world.data, 'history', 'acme'))).toBe(false)
})
