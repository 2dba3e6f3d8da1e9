import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditPage, CreatedKey, KeyPage, Problem } from '@millrace/api/schemas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Control } from '../src/control/control.ts'
import { Idempotency } from '../src/control/idempotency.ts'
import { readings } from './plans.ts'
import { type Answer, World } from './world.ts'

const world = new World()
let key = ''
beforeAll(async () => {
  key = await world.openWithTenant()
})
afterAll(() => world.end())

const make = (name: string, body: object = { scopes: ['read'] }, path = '/v1/keys'): Promise<Answer> =>
  world.ask('POST', path, { key, body, headers: { 'idempotency-key': name } })
const keys = async (): Promise<number> => ((await world.ask('GET', '/v1/keys', { key })).body as KeyPage).items.length
const codeOf = ({ body }: Answer): string => (body as Problem).code

it('a request is done once, however often it is sent, and always answered the same, through a restart', async () => {
  const before = await keys()
  const first = await make('"one"')
  expect(first.status).toBe(201)
  expect(first.headers.get('idempotency-replayed')).toBeNull()
  for (const name of ['"one"', 'one']) {
    const again = await make(name)
    expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([201, 'true', first.body])
  }
  await world.restart({ workers: 0 })
  expect((await make('one')).body).toEqual(first.body)
  expect(await keys()).toBe(before + 1)
  const { items } = (await world.ask('GET', '/v1/audit', { key })).body as AuditPage
  expect(items.filter(({ action }) => action === 'createKey')).toHaveLength(1)
})

it('requests that come at once are done once', async () => {
  const before = await keys()
  const answers = await Promise.all(Array.from({ length: 10 }, () => make('at-once')).concat(make('"at-once"')))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(0)
  expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([])
  expect(await keys()).toBe(before + 1)
})

it('an idempotency key stands for one request, of one key', async () => {
  await make('two')
  expect(await make('two', { scopes: ['ingest'] }).then((answer) => [answer.status, codeOf(answer)])).toEqual([422, 'IDEMPOTENCY_OTHER'])
  const { secret } = await world.key('acme', ['admin'])
  const other = await world.ask('POST', '/v1/keys', { key: secret, body: { scopes: ['ingest'] }, headers: { 'idempotency-key': 'two' } })
  expect(other.status).toBe(201)
})

it('what was refused can be corrected under the same key', async () => {
  expect((await make('three', { scopes: [] })).status).toBe(400)
  expect((await make('three', { scopes: ['operator'] })).status).toBe(403)
  expect((await make('three')).status).toBe(201)
})

it('a deploy is answered again with its version', async () => {
  const put = () => world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings }, headers: { 'idempotency-key': 'declare' } })
  const [first, again] = [await put(), await put()]
  expect([first.status, again.status]).toEqual([201, 201])
  expect(again.body).toEqual(first.body)
})

it('names that are none, and records, are refused', async () => {
  for (const name of ['', 'x'.repeat(129), '"', 'a b']) expect((await make(name)).status, name).toBe(400)
  const records = await world.ask('POST', '/v1/streams/readings/records', { key, body: '', headers: { 'idempotency-key': 'x' } })
  expect(codeOf(records)).toBe('IDEMPOTENCY_KEY')
})

it('the secret of a new key stands in no file, though its answer is kept', async () => {
  const { secret } = (await make('secret')).body as CreatedKey
  const files = readdirSync(world.data, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name)).includes(secret.slice(21)), name).toBe(false)
})

it('answers are kept for a time and up to a size; what a crash interrupted is not done again', () => {
  let nowMs = 0
  const control = Control.open(join(world.data, 'idempotency.sqlite'))
  control.run("INSERT INTO keys VALUES ('k', NULL, '', '', NULL, x'00', 0, NULL, NULL, NULL)")
  const opened = () => new Idempotency(control, () => nowMs, { keptMs: 1000, keptBytes: 1000, keptRequests: 5 })
  const idempotency = opened()
  const named = (name: string) => ({ keyId: 'k', secret: 's', name, fingerprint: Buffer.from('f') })
  const doOnce = (name: string, body: string): void => {
    expect(idempotency.begin(named(name))).toBeNull()
    idempotency.end(named(name), { status: 200, etag: null, body })
  }
  for (let at = 0; at < 8; at++) doOnce(`small ${at}`, 'x')
  expect(control.all('SELECT name FROM idempotency').map(({ name }) => name)).toEqual([3, 4, 5, 6, 7].map((at) => `small ${at}`))
  for (let at = 0; at < 3; at++) doOnce(`large ${at}`, 'x'.repeat(400))
  expect(control.all("SELECT name FROM idempotency WHERE name LIKE 'large%'")).toHaveLength(2)
  idempotency.begin(named('crash'))
  expect(() => idempotency.begin(named('crash'))).toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_RUNS' }))
  expect(() => opened().begin(named('crash'))).toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_UNKNOWN' }))
  nowMs = 1001
  expect(opened().begin(named('crash'))).toBeNull()
  control.close()
})
