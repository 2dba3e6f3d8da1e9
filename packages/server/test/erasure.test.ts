import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { IntakeReceipt, Problem, RecordsPage } from '@millrace/api/schemas'
import type { StreamNode } from '@millrace/plan'
import { app, schema, seconds, stream, text, timestamp, tumbling } from '@millrace/sdk'
import { afterEach, expect, it } from 'vitest'
import { Control } from '../src/control/control.ts'
import { TenantGate } from '../src/control/tenant-gate.ts'
import { openIntake } from '../src/intake/open-intake.ts'
import { World } from './world.ts'

let world = new World()
afterEach(async () => {
  await world.end()
  world = new World()
})

const wordsStream = stream('words', {
  schema: schema({ word: text(), at: timestamp({ format: 'epoch-ms' }) }),
  format: 'ndjson',
  time: 'at',
  watermark: { boundedOutOfOrderness: seconds(0) },
  idleTimeout: null,
})
const { plan } = app('wordcounts', {}, (from) => ({
  counts: from(wordsStream)
    .keyBy('word')
    .window(tumbling(seconds(10)))
    .aggregate((_word, { count }) => ({ count: count() })),
}))
const declaration = plan.streams['words'] as StreamNode

/** A tenant that leaves its marker wherever one can: records, dead letters, results, snapshots, history, names, keys, webhooks. */
async function marked(tenant: string, marker: string): Promise<string> {
  const key = await world.tenant(tenant)
  const ask = async (method: string, path: string, body: unknown): Promise<void> => {
    const answer = await world.ask(method, path, { key, body })
    expect(answer.status, `${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300)
  }
  await ask('PUT', '/v1/streams/words', { declaration, history: { keep: true, maxAgeMs: null } })
  await ask('PUT', '/v1/apps/wordcounts', { plan, history: { keep: true, maxAgeMs: null } })
  await ask('POST', '/v1/apps/wordcounts/start', {})
  await ask('POST', '/v1/keys', { scopes: ['read'], label: marker })
  await ask('POST', '/v1/webhooks/hook', { app: 'wordcounts', output: 'counts', url: `http://192.0.2.1/${marker}`, from: 'begin' })
  for (let at = 0; at < 5; at++) {
    const { body } = await world.send(key, 'words', `{"word":"${marker}","at":${at * 10_000}}\n{"word":7,"at":"${marker}"}\n`)
    expect(body as IntakeReceipt).toMatchObject({ accepted: 1, rejected: 1 })
    if (at === 2) {
      await world.settled(tenant, 'wordcounts')
      await ask('POST', '/v1/apps/wordcounts/stop', { savepoint: marker })
      await ask('POST', '/v1/apps/wordcounts/start', {})
    }
  }
  await world.settled(tenant, 'wordcounts')
  return key
}

/** Files that hold a text, or are called by it. */
function filesWith(folder: string, marker: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const found = entries.filter((entry) => entry.name.includes(marker) || (entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(marker)))
  return found.map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
}

/** Parts of the data folder that hold files in a folder of the tenant. */
function foldersOf(tenant: string): readonly string[] {
  const files = readdirSync(world.data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map(({ parentPath, name }) => relative(world.data, join(parentPath, name)).split(sep))
  return [...new Set(paths.filter((path) => path.includes(tenant)).map(([part = '']) => part))].sort()
}

/** Tables of the control database with a row of the tenant. */
function tablesWith(tenant: string): readonly string[] {
  const control = Control.open(join(world.data, 'control.sqlite'))
  const tables = control.all("SELECT DISTINCT m.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' AND c.name = 'tenant'")
  const found = tables.map(({ name }) => String(name)).filter((name) => control.one(`SELECT 1 FROM ${name} WHERE tenant = ?`, tenant) !== null)
  control.close()
  return found
}

it('nothing of an erased tenant is left on the disk, and everything of another is', async () => {
  await world.open({ workers: 0, snapshotSeconds: 1, historyWriteSeconds: 1 })
  const [marker, others] = ['m4rk3r-of-the-erased', 'w0rds-of-another']
  const erased = await marked('erased', marker)
  const other = await marked('other', others)
  expect(filesWith(world.data, marker).length).toBeGreaterThan(3)
  // Half of it in files of its own, the other half in those that all share.
  await world.platform.ground.log.purge()
  await world.platform.ground.history.history.write('erased')
  await world.send(erased, 'words', `{"word":"${marker}","at":90000}\n`)
  expect(foldersOf('erased')).toEqual(['history', 'jobs', 'log'])
  expect((await world.ask('DELETE', '/v1/tenants/erased')).status).toBe(204)
  expect(filesWith(world.data, marker)).toEqual([])
  expect(foldersOf('erased')).toEqual([])
  expect(tablesWith('erased')).toEqual(['audit'])
  expect((await world.ask('GET', '/v1/streams', { key: erased })).status).toBe(401)
  const { body } = await world.ask('GET', '/v1/streams/words/records', { key: other, headers: { accept: 'application/json' } })
  expect((body as RecordsPage).items.map(({ word }) => word)).toEqual(Array.from({ length: 5 }, () => others))
  await world.tenant('erased')
  expect((await world.ask('GET', '/v1/streams', { headers: { 'millrace-tenant': 'erased' } })).body).toEqual({ items: [], next: null })
  await world.platform.close()
  expect(filesWith(world.data, marker)).toEqual([])
}, 20_000)

it('an erasure that a crash interrupted is done at the next start, and the name is not given before', async () => {
  await world.open({ workers: 0 })
  const marker = 'h4lf-erased'
  await marked('erased', marker)
  await world.platform.close()
  const control = Control.open(join(world.data, 'control.sqlite'))
  control.run("INSERT INTO erasures VALUES ('erased', 0)")
  control.close()
  await world.open({ workers: 0 })
  const made = await world.ask('POST', '/v1/tenants', { body: { name: 'erased' } })
  if (made.status !== 201) expect((made.body as Problem).code).toBe('TENANT_ERASING')
  const { ground } = world.platform
  while (ground.erasure.isUnderWay('erased')) await new Promise((resolve) => setImmediate(resolve))
  expect(filesWith(world.data, marker)).toEqual([])
  const operators = 'SELECT id FROM keys WHERE tenant IS NULL'
  expect(ground.control.all(`SELECT action FROM audit WHERE tenant = 'erased' AND (key_id IS NULL OR key_id NOT IN (${operators}))`)).toEqual([])
}, 20_000)

it('records that come while a tenant is erased are refused, and none comes back', async () => {
  await world.open({ workers: 0 })
  const key = await marked('erased', 'x1')
  let sending = true
  const statuses = new Set<number>()
  const sent = (async () => {
    while (sending) statuses.add((await world.send(key, 'words', '{"word":"b3lated","at":1}\n').catch(() => ({ status: 0 }))).status)
  })()
  while (statuses.size === 0) await new Promise((resolve) => setImmediate(resolve))
  await world.ask('DELETE', '/v1/tenants/erased')
  sending = false
  await sent
  expect([...statuses].filter((status) => status >= 500)).toEqual([])
  expect(world.platform.ground.log.streams('erased')).toEqual([])
  expect(filesWith(world.data, 'b3lated')).toEqual([])
}, 20_000)

it('bodies under way and messages that wait for the rate of their tenant end with it, and hold up no erasure', async () => {
  await world.open({ workers: 0 })
  await marked('erased', 'x2')
  await world.ask('PATCH', '/v1/tenants/erased', { body: { quotas: { recordsPerSecond: 1 } } })
  const { ground } = world.platform
  const words = ground.streams.get('erased', 'words')
  const line = Buffer.from('{"word":"waits","at":1}\n')
  const begun = ground.intake.open(words, {})
  await begun.push(line)
  const waiting = Array.from({ length: 30 }, () => ground.intake.message(words, Buffer.concat([line, line])).catch((error: { code: string }) => error.code))
  await waiting[0]
  expect((await world.ask('DELETE', '/v1/tenants/erased')).status).toBe(204)
  await expect(begun.end()).rejects.toThrow()
  expect(ground.log.streams('erased')).toEqual([])
}, 20_000)

it('once the gate is shut nothing of the tenant is on its way, and nothing comes through until it is opened', async () => {
  await world.open({ workers: 0 })
  await marked('acme', 'x3')
  const { log, streams } = world.platform.ground
  const gate = new TenantGate(openIntake(log))
  const words = streams.get('acme', 'words')
  const line = Buffer.from('{"word":"gate","at":1}\n')
  const rows = () => log.stream('acme', 'words')?.rows ?? 0
  const before = rows()
  const begun = gate.open(words, { producer: { id: 'p', sequence: 1 } })
  await begun.push(line)
  const sending = Array.from({ length: 20 }, () => gate.message(words, line))
  await gate.shut('acme')
  expect(rows()).toBe(before + 20)
  await Promise.all(sending)
  await expect(begun.end()).rejects.toMatchObject({ code: 'KEY_REQUIRED' })
  await expect(gate.message(words, line)).rejects.toMatchObject({ code: 'KEY_REQUIRED' })
  expect(() => gate.open(words, {})).toThrow(expect.objectContaining({ code: 'KEY_REQUIRED' }))
  expect(rows()).toBe(before + 20)
  gate.reopen('acme')
  expect(await gate.message(words, line)).toMatchObject({ accepted: 1 })
})
