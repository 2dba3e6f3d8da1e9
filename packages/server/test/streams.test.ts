import type { Problem, Stream, StreamVersions } from '@millrace/api/schemas'
import type { ColumnNode, StreamNode } from '@millrace/plan'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { counts, readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
let key = ''
beforeAll(async () => {
  await world.open({ workers: 0, quotaStreams: 2 })
  key = await world.tenant('acme')
})
afterAll(() => world.end())

const withColumns = (columns: readonly ColumnNode[]): StreamNode => ({ ...readings, schema: { columns } })
const own = readings.schema.columns
const declare = (stream: string, declaration: unknown, retention?: object) =>
  world.ask('PUT', `/v1/streams/${stream}`, { key, body: { declaration, retention } })
const codes = (body: unknown): readonly string[] => (body as Problem).issues.map(({ code }) => code)

it('a declaration is refused with everything that is wrong with it', async () => {
  const { status, body } = await declare('readings', { ...readings, time: 'when', key: ['nobody'] })
  expect(status).toBe(422)
  expect((body as Problem).issues.map(({ path }) => path)).toEqual(['declaration.time', 'declaration.key.0'])
  expect((await declare('no%20name', readings)).status).toBe(422)
  expect((await declare('readings', 7)).status).toBe(422)
})

it('the same declaration again is no new version', async () => {
  expect([(await declare('readings', readings)).status, (await declare('readings', readings)).status]).toEqual([201, 200])
  expect(((await world.ask('GET', '/v1/streams/readings', { key })).body as Stream).version).toBe(1)
})

it('a new column that may be missing is a new version; all versions stay', async () => {
  const wider = withColumns([...own, { name: 'unit', type: { kind: 'string' }, optional: true }])
  expect(((await declare('readings', wider, { maxAgeMs: 1000, maxBytes: null })).body as Stream).version).toBe(2)
  const { items } = (await world.ask('GET', '/v1/streams/readings/versions', { key })).body as StreamVersions
  expect(items.map(({ version, declaration }) => [version, declaration.schema.columns.length])).toEqual([
    [1, 3],
    [2, 4],
  ])
})

it('versions of a schema come page by page, and there are so many of them and no more', async () => {
  const { streams } = world.platform.ground
  const own = (version: number): StreamNode => ({ ...readings, maxAheadMs: 1000 + version })
  const retention = { maxAgeMs: null, maxBytes: null }
  for (let version = 1; version <= 1000; version++) streams.declare('acme', 'changing', own(version), retention)
  expect(() => streams.declare('acme', 'changing', own(1001), retention)).toThrow(expect.objectContaining({ code: 'TENANT_QUOTA' }))
  const refused = await declare('changing', own(1001), { maxAgeMs: 1, maxBytes: null })
  expect([refused.status, (refused.body as Problem).code]).toEqual([403, 'TENANT_QUOTA'])
  const seen: number[] = []
  for (let query: string | null = '?limit=999'; query !== null; ) {
    const { items, next } = (await world.ask('GET', `/v1/streams/changing/versions${query}`, { key })).body as StreamVersions
    seen.push(...items.map(({ version }) => version))
    query = next === null ? null : `?after=${next}`
  }
  expect(seen).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1))
  expect(streams.get('acme', 'changing').retention).toEqual(retention)
  streams.delete('acme', 'changing')
})

it('a change that would break what reads the stream is refused, column by column', async () => {
  const broken = withColumns([{ name: 'sensor', type: { kind: 'string' } }, own[1] as ColumnNode, { name: 'room', type: { kind: 'int32' } }])
  const { status, body } = await declare('readings', { ...broken, key: [] })
  expect(status).toBe(409)
  expect(codes(body)).toEqual(['STREAM_COLUMN_TYPE', 'STREAM_COLUMN_GONE', 'STREAM_COLUMN_NEW'])
})

it('a stream that an app reads can neither go nor lose what the app needs', async () => {
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
  expect(codes((await declare('readings', withColumns(own.slice(0, 2)))).body)).toContain('STREAM_READ_BY')
  const refused = await world.ask('DELETE', '/v1/streams/readings', { key })
  expect([refused.status, (refused.body as Problem).code]).toEqual([409, 'STREAM_USED'])
  await world.ask('DELETE', '/v1/apps/counts', { key })
  expect((await world.ask('DELETE', '/v1/streams/readings', { key })).status).toBe(204)
})

it('of two who change a stream at the same time the second hears of the first', async () => {
  const { headers } = await declare('shared', readings)
  const ifMatch = { 'if-match': headers.get('etag') ?? '' }
  const change = (maxBytes: number) =>
    world.ask('PUT', '/v1/streams/shared', { key, headers: ifMatch, body: { declaration: readings, retention: { maxAgeMs: null, maxBytes } } })
  expect((await change(1000)).status).toBe(200)
  const late = await change(2000)
  expect([late.status, (late.body as Problem).code]).toEqual([412, 'CHANGED_MEANWHILE'])
  expect((await world.ask('DELETE', '/v1/streams/shared', { key, headers: ifMatch })).status).toBe(412)
  const etag = (await world.ask('GET', '/v1/streams/shared', { key })).headers.get('etag') ?? ''
  expect((await world.ask('DELETE', '/v1/streams/shared', { key, headers: { 'if-match': etag } })).status).toBe(204)
  expect((await change(1000)).status).toBe(412)
})

it('of two who change the quotas of a tenant at the same time the second hears of the first', async () => {
  const etag = (await world.ask('GET', '/v1/tenants/acme')).headers.get('etag') ?? ''
  const change = (apps: number) => world.ask('PATCH', '/v1/tenants/acme', { headers: { 'if-match': etag }, body: { quotas: { apps } } })
  expect([(await change(7)).status, (await change(8)).status]).toEqual([200, 412])
  expect((await world.ask('DELETE', '/v1/tenants/acme', { headers: { 'if-match': etag } })).status).toBe(412)
})

it('a tenant has as many streams as its quota allows', async () => {
  expect([(await declare('a', readings)).status, (await declare('b', readings)).status]).toEqual([201, 201])
  const { status, body } = await declare('c', readings)
  expect([status, (body as Problem).code]).toEqual([403, 'TENANT_QUOTA'])
})

it('pages of a list hold each item once', async () => {
  const first = (await world.ask('GET', '/v1/streams?limit=1', { key })).body as { items: Stream[]; next: string }
  const second = (await world.ask('GET', `/v1/streams?limit=1&after=${first.next}`, { key })).body as { items: Stream[]; next: null }
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['a', 'b'])
  expect(second.next).toBeNull()
})
