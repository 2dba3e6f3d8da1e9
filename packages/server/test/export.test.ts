import { once } from 'node:events'
import { existsSync, readdirSync, truncateSync } from 'node:fs'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { MillraceClient } from '@millrace/api'
import type { AuditPage, CreatedWebhook, RecordsPage } from '@millrace/api/schemas'
import { extract } from 'tar-stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exportTenant } from '../src/export/export-tenant.ts'
import { exportedTables } from '../src/export/exported-tables.ts'
import { Exports } from '../src/export/exports.ts'
import { counts, lines, readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
const key: Record<string, string> = {}
let secret = ''

beforeAll(async () => {
  await world.open({ workers: 0 })
  for (const tenant of ['acme', 'other']) {
    const own = await world.tenant(tenant)
    key[tenant] = own
    await world.ask('PUT', '/v1/streams/readings', { key: own, body: { declaration: readings, history: { keep: true, maxAgeMs: null } } })
    await world.ask('PUT', '/v1/apps/counts', { key: own, body: { plan: counts } })
    await world.ask('POST', '/v1/apps/counts/start', { key: own })
    await world.send(own, 'readings', `${lines([1, 1], [2, 2], [1, 21])}{"sensor":"${tenant}"}\n`)
    await world.settled(tenant, 'counts')
    await world.platform.ground.history.history.write(tenant)
  }
  const hook = await world.ask('POST', '/v1/webhooks/hook', {
    key: key['acme'] as string,
    body: { app: 'counts', output: 'counts', url: 'http://192.0.2.1/' },
  })
  secret = (hook.body as CreatedWebhook).secret
})
afterAll(() => world.end())

const clientOf = (tenant: string) => new MillraceClient({ url: world.platform.address, key: key[tenant] as string })

const exportsFolder = (): string => join(world.data, 'exports')
const files = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []))
    : []

/** More than connections hold between a reader that stands still and the server. */
const muchBytes = 40 << 20

/** A table of the tenant's is as large. */
function writeMuch(tenant: string): void {
  const insert = "INSERT INTO audit (at_ms, tenant, key_id, address, action, target, result, times) VALUES (1, ?, NULL, NULL, 'x', ?, 'ok', 1)"
  world.platform.ground.control.run(insert, tenant, 'x'.repeat(muchBytes))
}

/** An export whose reader stands still. */
async function unread(tenant: string, own = world.operator): Promise<IncomingMessage> {
  const asked = get(`${world.platform.address}/v1/tenants/${tenant}/export`, { headers: { authorization: `Bearer ${own}` } })
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return answer
}

/** Files of an archive by their names. */
async function unpacked(archive: ReadableStream<Uint8Array>): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const entries = extract()
  entries.end(await buffer(archive))
  for await (const entry of entries) files.set(entry.header.name, await buffer(entry))
  return files
}

const rowsOf = (bytes: Buffer | undefined): readonly Record<string, unknown>[] =>
  String(bytes)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

it("an export holds all that is kept of a tenant, and nothing of another's", async () => {
  const files = await unpacked(await clientOf('acme').exportTenant('acme'))
  const { body } = await world.ask('GET', '/v1/streams/readings/records', { key: key['acme'] as string, headers: { accept: 'application/json' } })
  expect(rowsOf(files.get('streams/readings/records/000001.ndjson'))).toEqual((body as RecordsPage).items)
  expect(rowsOf(files.get('streams/readings/dead-letters/000001.ndjson'))).toMatchObject([{ text: '{"sensor":"acme"}' }])
  expect(rowsOf(files.get('apps/counts/outputs/counts/000001.ndjson'))).toMatchObject([
    { sensor: 1, count: 1 },
    { sensor: 2, count: 1 },
  ])
  expect(rowsOf(files.get('control/app_versions.ndjson'))).toMatchObject([{ app: 'counts', version: 1, plan: counts }])
  expect(rowsOf(files.get('control/stream_versions.ndjson'))).toMatchObject([{ stream: 'readings', declaration: readings }])
  expect(rowsOf(files.get('control/audit.ndjson')).map(({ action }) => action)).toContain('deployApp')
  expect([...files.keys()].filter((name) => /^history\/readings\/.*\.parquet$/.test(name))).toHaveLength(1)
  const all = Buffer.concat([...files.values()]).toString('latin1')
  expect(all).not.toContain('"sensor":"other"')
  expect(all).not.toContain(secret)
  expect(rowsOf(files.get('control/keys.ndjson'))[0]).not.toHaveProperty('hash')
})

it('what an archive holds stands in its last file, so that one that broke off is known', async () => {
  const files = await unpacked(await clientOf('acme').exportTenant('acme'))
  const names = [...files.keys()]
  expect(names.at(-1)).toBe('export.json')
  const { files: listed } = JSON.parse(String(files.get('export.json'))) as { files: { path: string; bytes: number }[] }
  expect(listed.map(({ path, bytes }) => [path, bytes])).toEqual(names.slice(0, -1).map((name) => [name, files.get(name)?.length]))
})

it('late records are exported as such beside the results of an output that is called late', async () => {
  const own = await world.tenant('late')
  await world.ask('PUT', '/v1/streams/readings', { key: own, body: { declaration: readings } })
  const plan = { ...counts, outputs: { late: counts.outputs['counts'] } }
  await world.ask('PUT', '/v1/apps/counts', { key: own, body: { plan } })
  await world.ask('POST', '/v1/apps/counts/start', { key: own })
  await world.send(own, 'readings', lines([1, 1], [2, 21], [3, 2]))
  await world.settled('late', 'counts')
  const files = await unpacked(await new MillraceClient({ url: world.platform.address, key: own }).exportTenant('late'))
  const ofApp = [...files].filter(([name]) => name.startsWith('apps/')).map(([name, bytes]) => [name, rowsOf(bytes).map(({ sensor }) => sensor)])
  expect(ofApp.sort()).toEqual([
    [expect.stringMatching(/^apps\/counts\/late\/[^/]+\/000001.ndjson$/), [3]],
    ['apps/counts/outputs/late/000001.ndjson', [1]],
  ])
})

it('a large table is in an export once, row for row, and others have their turns while it is read', async () => {
  await world.tenant('long')
  const { control } = world.platform.ground
  const ids = (table: string): unknown[] => control.all(`SELECT id FROM ${table} WHERE tenant = 'long' ORDER BY id`).map(({ id }) => id)
  control.transaction(() => {
    const add = "INSERT INTO audit (at_ms, tenant, action, target, result, times) VALUES (?, ?, 'x', '', 'ok', 1)"
    for (let at = 0; at < 10_000; at++) control.run(add, at, at % 2 === 0 ? 'long' : 'other')
    const silence = "INSERT INTO silences VALUES ('long', ?, NULL, NULL, '{}', 0, ?, 'k', NULL)"
    for (let at = 0; at < 2000; at++) control.run(silence, `s${at}`, Date.now() + 1e9)
  })
  let turns = 0
  const count = (): void => {
    turns++
    timer = setImmediate(count)
  }
  let timer = setImmediate(count)
  const exported: Record<string, unknown> = {}
  for await (const file of exportedTables(control, 'long', new AbortController().signal)) {
    expect(rowsOf(file.bytes)).toHaveLength(file.rows)
    exported[file.name] = rowsOf(file.bytes).map(({ id }) => id)
  }
  clearImmediate(timer)
  expect(exported).toMatchObject({ 'control/audit.ndjson': ids('audit'), 'control/silences.ndjson': ids('silences') })
  expect(turns).toBeGreaterThanOrEqual(7)
})

it('records that came after an export began are not in it', async () => {
  const own = await world.tenant('before')
  await world.ask('PUT', '/v1/streams/readings', { key: own, body: { declaration: readings } })
  await world.send(own, 'readings', lines([1, 1], [2, 2]))
  const { log, control, history } = world.platform.ground
  const archive = exportTenant({ log, control, history: history.history, folder: exportsFolder() }, 'before', new AbortController().signal)
  await archive.next()
  await world.send(own, 'readings', lines([3, 3]))
  const sensors: unknown[] = []
  for await (const file of archive)
    if (file.name.startsWith('streams/') && 'bytes' in file) sensors.push(...rowsOf(Buffer.from(file.bytes)).map(({ sensor }) => sensor))
  expect(sensors).toEqual([1, 2])
})

it('a reader that goes away leaves nothing behind', async () => {
  const archive = await clientOf('acme').exportTenant('acme')
  const reader = archive.getReader()
  await reader.read()
  await reader.cancel()
  const folder = join(world.data, 'exports')
  const left = () => (existsSync(folder) ? readdirSync(folder) : [])
  while (left().length > 0) await new Promise((resolve) => setImmediate(resolve))
  expect((await world.ask('GET', '/health')).status).toBe(200)
})

it('who exports stands in the audit; another tenant is told of nothing', async () => {
  await expect(clientOf('other').exportTenant('acme')).rejects.toMatchObject({ code: 'TENANT_UNKNOWN', status: 404 })
  await expect(clientOf('other').exportTenant('nobody')).rejects.toMatchObject({ code: 'TENANT_UNKNOWN', status: 404 })
  const { items } = (await world.ask('GET', '/v1/audit?limit=1', { key: key['acme'] as string })).body as AuditPage
  expect(items[0]).toMatchObject({ action: 'exportTenant', target: 'tenants/acme/export', result: 'ok' })
})

it('an export ends with its tenant, and holds nothing of the next tenant of that name', async () => {
  await world.tenant('gone')
  writeMuch('gone')
  const archive = await unread('gone')
  expect((await world.ask('DELETE', '/v1/tenants/gone')).status).toBe(204)
  const own = await world.tenant('gone')
  await world.ask('PUT', '/v1/streams/readings', { key: own, body: { declaration: readings } })
  await world.send(own, 'readings', lines([4711, 1]))
  await expect(buffer(archive)).rejects.toThrow('aborted')
})

it('an export that holds files of the history holds none once its tenant is erased', async () => {
  const own = await world.tenant('left')
  await world.ask('PUT', '/v1/streams/readings', { key: own, body: { declaration: readings, history: { keep: true, maxAgeMs: null } } })
  await world.send(own, 'readings', lines([1, 1]))
  await world.platform.ground.history.history.write('left')
  for (const file of files(join(world.data, 'history', 'left'))) if (file.endsWith('.parquet')) truncateSync(file, muchBytes)
  const archive = await unread('left')
  while (!files(exportsFolder()).some((file) => file.endsWith('.parquet'))) await new Promise((resolve) => setImmediate(resolve))
  expect((await world.ask('DELETE', '/v1/tenants/left')).status).toBe(204)
  expect(files(exportsFolder())).toEqual([])
  await expect(buffer(archive)).rejects.toThrow('aborted')
})

it('an export ends with the key that asked for it', async () => {
  await world.tenant('much')
  writeMuch('much')
  const { secret: own, id } = await world.key('much', ['admin'])
  const archive = await unread('much', own)
  expect((await world.ask('DELETE', `/v1/keys/${id}`, { headers: { 'millrace-tenant': 'much' } })).status).toBe(204)
  await expect(buffer(archive)).rejects.toThrow('aborted')
})

it('a reader that takes nothing of an export is let go', async () => {
  const { log, control, history } = world.platform.ground
  const exports = new Exports({ log, control, history: history.history, folder: exportsFolder() }, 50)
  const server = createServer((_, response) => pipeline(exports.open('much', 'k', response), response, () => {})).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const asked = get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  const [[, response], [answer]] = (await Promise.all([once(server, 'request'), once(asked, 'response')])) as [unknown[], [IncomingMessage]]
  await once(response as NodeJS.EventEmitter, 'close')
  await expect(buffer(answer)).rejects.toThrow('aborted')
  server.close()
})
