import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { HistoryTables, Problem, RecordsPage, Usage } from '@millrace/api/schemas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { counts, lines, readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
const settings = { workers: 0, quotaRecordsPerSecond: 1000, folder: join(world.data, 'files'), historyWriteSeconds: 1 }
const { now } = Date
const day = 86_400_000
let jumpedMs = 0
let key = ''
beforeAll(async () => {
  Date.now = () => now() + jumpedMs
  await world.open(settings)
  key = await world.tenant('acme')
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
  await world.ask('POST', '/v1/apps/counts/start', { key })
})
afterAll(async () => {
  Date.now = now
  await world.end()
})

const send = () => world.send(key, 'readings', lines([1, 1], [2, 2]))
const jumps = [day, -day, -2 * day, 30 * day, -30 * day, 1000]

it('however the clock of the machine jumps, requests are answered, rates do not lock, and log time never falls', async () => {
  for (const jump of jumps) {
    jumpedMs += jump
    for (let times = 0; times < 3; times++) expect((await send()).status).toBe(200)
    const named = { key, headers: { 'idempotency-key': `jump${jump}` }, body: { scopes: ['read'] } }
    const [made, again] = [await world.ask('POST', '/v1/keys', named), await world.ask('POST', '/v1/keys', named)]
    expect([made.status, again.body]).toEqual([201, made.body])
    for (const path of ['/v1/apps/counts', '/v1/apps/counts/figures', '/v1/usage', '/v1/audit', '/v1/alerts', '/health'])
      expect((await world.ask('GET', path, { key })).status, path).toBe(200)
    await world.settled('acme', 'counts')
  }
  const { body } = await world.ask('GET', '/v1/streams/readings/records', { key, headers: { accept: 'application/json' } })
  const times = (body as RecordsPage).items.map((row) => row['$ingestionMs'] as number)
  expect(times).toHaveLength(jumps.length * 6)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  await world.restart(settings)
  expect((await send()).status).toBe(200)
})

it('a file of results is finished in its time, also after the clock went backwards', async () => {
  await world.ask('POST', '/v1/file-sinks/archive', { key, body: { app: 'counts', output: 'counts', everySeconds: 1, from: 'begin' } })
  await world.send(key, 'readings', lines([1, 30]))
  const files = (): readonly string[] => readdirSync(join(world.data, 'files', 'acme', 'out', 'archive'))
  await expect.poll(files).toContain('.writing')
  jumpedMs -= day
  await expect.poll(files).toEqual([expect.stringMatching(/\.ndjson$/)])
})

it('results are in the history in their time, also after the clock went backwards', async () => {
  const rows = async (): Promise<number> => ((await world.ask('GET', '/v1/history/tables', { key })).body as HistoryTables).items[0]?.rows ?? 0
  const wanted = world.rows('acme', 'counts', 'counts')
  await expect.poll(rows).toBe(wanted)
  await world.send(key, 'readings', lines([1, 60]))
  await world.settled('acme', 'counts')
  jumpedMs -= day
  expect(world.rows('acme', 'counts', 'counts')).toBeGreaterThan(wanted)
  await expect.poll(rows).toBe(world.rows('acme', 'counts', 'counts'))
})

it('what a tenant stores is added up anew, also after the clock went backwards', async () => {
  const limited = async (storageBytes: number | null): Promise<void> => {
    await world.ask('PATCH', '/v1/tenants/acme', { body: { quotas: { storageBytes } } })
  }
  const code = async (): Promise<unknown> => ((await send()).body as Problem).code
  const { storageBytes } = (await world.ask('GET', '/v1/usage', { key })).body as Usage
  await limited(storageBytes + 20_000)
  expect(await code()).toBeUndefined()
  await world.send(key, 'readings', lines(...Array.from({ length: 5000 }, (_, sensor) => [sensor, 1] as const)))
  jumpedMs -= day
  expect(await code()).toBe('TENANT_STORAGE')
  await limited(null)
})
