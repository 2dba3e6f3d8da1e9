import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditPage, CreatedKey, Key, KeyPage, Problem } from '@millrace/api/schemas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { World } from './world.ts'

const world = new World()
let admin = ''
beforeAll(async () => {
  await world.open({ workers: 0 })
  admin = await world.tenant('acme')
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
  const { items } = (await world.ask('GET', '/v1/audit?limit=1')).body as AuditPage
  expect(items[0]).toMatchObject({ action: 'deleteTenant', target: 'tenants/gone', tenant: 'gone', result: 'ok' })
})
