import { readFileSync } from 'node:fs'
import { MillraceClient } from '@millrace/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleData, examplePlan, World } from '../world.ts'

const world = new World()
let acme: MillraceClient
let other: MillraceClient
const failures = 'equipment-failures/failures'

beforeAll(async () => {
  await world.open({ workers: 0 })
  acme = clientOf(await world.tenant('acme'))
  other = clientOf(await world.tenant('other'))
  const plan = await examplePlan('equipment-failures')
  await acme.declareStream('alarms', { declaration: plan.streams['alarms'] as never, history: { keep: true, maxAgeMs: null } })
  await acme.deployApp('equipment-failures', { plan })
  await acme.startApp('equipment-failures')
  await acme.sendRecords('alarms', readFileSync(exampleData), { format: 'csv' })
  await world.settled('acme', 'equipment-failures')
  await world.platform.ground.history.history.write('acme')
})
afterAll(() => world.end())

function clientOf(key: string): MillraceClient {
  return new MillraceClient({ url: world.platform.address, key, retries: { tries: 1 } })
}

describe('what was sent over HTTP', () => {
  it('can be asked for in SQL, as it can be read', async () => {
    const { items } = await acme.readResults('equipment-failures', 'failures', { limit: 10_000 })
    const sql = `SELECT result_id, revision, station_id, datapoint_id, failures, highest FROM "${failures}" ORDER BY entry`
    const { rows, truncated, columns } = await acme.queryHistory({ sql })
    expect(rows.length).toBeGreaterThan(50)
    expect(truncated).toBe(false)
    expect(columns[0]).toEqual({ name: 'result_id', type: 'VARCHAR' })
    const read = items.map((row) => ({
      result_id: row['_id'],
      revision: row['_revision'],
      station_id: row['station_id'],
      datapoint_id: row['datapoint_id'],
      failures: row['failures'],
      highest: row['highest'],
    }))
    expect(rows).toEqual(read)
  })
})

it('another tenant sees none of it', async () => {
  expect(await other.listTables()).toEqual({ items: [] })
  await expect(other.queryHistory({ sql: `SELECT * FROM "${failures}"` })).rejects.toMatchObject({ code: 'HISTORY_SQL_FAILED', status: 422 })
})
