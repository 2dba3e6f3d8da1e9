import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditPage, CreatedKey, Key, KeyPage, Problem } from '@millrace/api/schemas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Keys } from '../src/access/keys.ts'
import { newOperatorKey } from '../src/access/new-operator-key.ts'
import { Control } from '../src/control/control.ts'
import { readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
let admin = ''
beforeAll(async () => {
  admin = await world.openWithTenant()
})
afterAll(() => world.end())

const make = (body: object, key = admin) => world.ask('POST', '/v1/keys', { key, body })
const list = async (key = admin): Promise<readonly Key[]> => ((await world.ask('GET', '/v1/keys', { key })).body as KeyPage).items

it('the secret of a key is shown once and kept nowhere', async () => {
  const { secret } = (await make({ scopes: ['read'] })).body as CreatedKey
  expect(JSON.stringify(await list())).not.toContain(secret.slice(21))
  const files = readdirSync(world.data, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name)).includes(secret.slice(21)), name).toBe(false)
})

it("only its owner may read the server's secret", () => {
  expect(statSync(join(world.data, 'server.secret')).mode & 0o777).toBe(0o600)
  expect(statSync(join(world.data, 'control.sqlite')).mode & 0o077).toBe(0)
})

it('a revoked key is refused at once, and over a restart', async () => {
  const { id, secret } = (await make({ scopes: ['admin'] })).body as CreatedKey
  expect((await world.ask('GET', '/v1/keys', { key: secret })).status).toBe(200)
  expect((await world.ask('DELETE', `/v1/keys/${id}`, { key: admin })).status).toBe(204)
  expect((await world.ask('GET', '/v1/keys', { key: secret })).status).toBe(401)
  await world.restart({ workers: 0 })
  expect((await world.ask('GET', '/v1/keys', { key: secret })).status).toBe(401)
  expect((await list()).find((key) => key.id === id)?.revokedMs).toBeGreaterThan(0)
})

it('a rotated key and the one in its place are both good until the grace time is over', async () => {
  let nowMs = 1000
  const control = Control.open(join(world.data, 'rotated.sqlite'))
  const keys = new Keys(control, Buffer.alloc(32), () => nowMs)
  control.run("INSERT INTO tenants VALUES ('acme', 0, '{}')")
  const old = keys.create({ tenant: 'acme', label: 'hall 3', scopes: ['ingest'], device: 'd1', expiresMs: 9000 })
  const made = keys.rotate('acme', old.id, 500)
  expect(made).toMatchObject({ label: 'hall 3', scopes: ['ingest'], device: 'd1', expiresMs: 9000 })
  const good = () => [old, made].map(({ secret }) => keys.caller(secret) !== null)
  expect(good()).toEqual([true, true])
  nowMs = 1500
  expect(good()).toEqual([false, true])
  expect(() => keys.rotate('acme', old.id)).toThrow(expect.objectContaining({ code: 'KEY_ENDED' }))
  expect(() => keys.rotate('other', made.id)).toThrow(expect.objectContaining({ code: 'KEY_UNKNOWN' }))
  control.close()
})

it('a tenant has so many good keys and no more, and of those that ended the newest are known', () => {
  let nowMs = 0
  const control = Control.open(join(world.data, 'many.sqlite'))
  const keys = new Keys(control, Buffer.alloc(32), () => nowMs, 5)
  for (const tenant of ['acme', 'other']) control.run('INSERT INTO tenants VALUES (?, 0, ?)', tenant, '{}')
  const make = (tenant = 'acme') => keys.create({ tenant, scopes: ['read'] }).id
  const made = [1, 2, 3, 4, 5].map(() => make())
  expect(() => make()).toThrow(expect.objectContaining({ code: 'TENANT_QUOTA' }))
  make('other')
  for (let times = 0; times < 20; times++) {
    nowMs++
    keys.revoke('acme', made.shift() as string)
    made.push(make())
  }
  const { items } = keys.list('acme', {})
  expect(items.filter(({ revokedMs }) => revokedMs === null).map(({ id }) => id)).toEqual(made)
  expect(items.length).toBe(10)
  expect(keys.list('other', {}).items).toHaveLength(1)
  control.close()
})

it('a key is rotated in one request, at once where no grace time is wanted', async () => {
  const old = (await make({ scopes: ['admin'] })).body as CreatedKey
  const { status, body } = await world.ask('POST', `/v1/keys/${old.id}/rotate`, { key: old.secret, body: { graceMs: 0 } })
  expect(status).toBe(201)
  expect((await world.ask('GET', '/v1/keys', { key: old.secret })).status).toBe(401)
  expect((await world.ask('GET', '/v1/keys', { key: (body as CreatedKey).secret })).status).toBe(200)
  const again = await world.ask('POST', `/v1/keys/${old.id}/rotate`, { key: admin })
  expect([again.status, (again.body as Problem).code]).toEqual([409, 'KEY_ENDED'])
})

it('who follows by a key that is revoked is disconnected at once', async () => {
  const { id, secret } = (await make({ scopes: ['read'] })).body as CreatedKey
  await world.ask('PUT', '/v1/streams/readings', { key: admin, body: { declaration: readings } })
  const following = await fetch(`${world.platform.address}/v1/streams/readings/live`, { headers: { authorization: `Bearer ${secret}` } })
  const ended = following.text()
  await world.ask('DELETE', `/v1/keys/${id}`, { key: admin })
  // Heartbeats, which would tell it, come after 15 s only.
  expect(await ended).toContain('retry')
}, 5000)

it('whoever may write to the data folder gets a new key of the operator, others stay or go', async () => {
  const lost = world.operator
  const further = newOperatorKey(world.data)
  expect((await world.ask('GET', '/v1/tenants', { key: further })).status).toBe(200)
  expect((await world.ask('GET', '/v1/tenants', { key: lost })).status).toBe(200)
  world.operator = newOperatorKey(world.data, { revokeOthers: true })
  // Another process changed them.
  await expect.poll(async () => (await world.ask('GET', '/v1/tenants', { key: lost })).status).toBe(401)
  expect((await world.ask('GET', '/v1/tenants', { key: further })).status).toBe(401)
  const { items } = (await world.ask('GET', '/v1/audit')).body as AuditPage
  expect(items.filter(({ action }) => action === 'newOperatorKey').map(({ result }) => result)).toEqual(['ok', 'ok'])
  expect(() => newOperatorKey(join(world.data, 'nothing'))).toThrow(expect.objectContaining({ code: 'SERVER_DATA_EMPTY' }))
})

it('when a key was last used is known, over a restart too', async () => {
  const { id, secret, lastUsedMs } = (await make({ scopes: ['read'] })).body as CreatedKey
  expect(lastUsedMs).toBeNull()
  await world.ask('GET', '/v1/streams', { key: secret })
  await world.restart({ workers: 0 })
  expect((await list()).find((key) => key.id === id)?.lastUsedMs).toBeGreaterThan(0)
})

it('nobody gives a key more than they have, and a device only sends', async () => {
  const code = async (body: object) => ((await make(body)).body as Problem).code
  expect(await code({ scopes: ['operator'] })).toBe('KEY_SCOPE_BEYOND')
  expect(await code({ scopes: ['admin'], tenant: 'nobody' })).toBe('TENANT_UNKNOWN')
  expect(await code({ scopes: ['ingest', 'read'], device: 'd1' })).toBe('KEY_DEVICE_SCOPE')
  const ofTenant = await world.ask('POST', '/v1/keys', { body: { scopes: ['operator'], tenant: 'acme' } })
  expect((ofTenant.body as Problem).code).toBe('KEY_SCOPE_BEYOND')
})

it('who changed something, or tried to, stands in the audit, with the result', async () => {
  const { id } = (await make({ scopes: ['read'] })).body as CreatedKey
  await make({ scopes: ['nothing'] })
  const { items } = (await world.ask('GET', '/v1/audit?limit=2', { key: admin })).body as AuditPage
  expect(items.map(({ action, target, result, tenant, address }) => [action, target, result, tenant, address])).toEqual([
    ['createKey', 'keys', 'REQUEST_INVALID', 'acme', '127.0.0.1'],
    ['createKey', 'keys', 'ok', 'acme', '127.0.0.1'],
  ])
  expect(items[0]?.keyId).toBe((await list())[0]?.id)
  expect(id).toMatch(/^[0-9a-f]{16}$/)
})

it('a deleted tenant is gone with its keys; the operator still sees what it did', async () => {
  const key = await world.tenant('gone')
  expect((await world.ask('DELETE', '/v1/tenants/gone')).status).toBe(204)
  expect((await world.ask('GET', '/v1/keys', { key })).status).toBe(401)
  expect((await world.ask('GET', '/v1/tenants/gone')).status).toBe(404)
  const { items } = (await world.ask('GET', '/v1/audit?limit=10')).body as AuditPage
  expect(items.find(({ result }) => result === 'ok')).toMatchObject({ action: 'deleteTenant', target: 'tenants/gone', tenant: 'gone', result: 'ok' })
})
