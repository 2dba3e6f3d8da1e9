import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AppDetails, Comparison, Problem } from '@millrace/api/schemas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { counts, countsOfMinutes, lines, readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
let key = ''
beforeAll(async () => {
  key = await world.openWithTenant()
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
})
afterAll(() => world.end())

const app = async (): Promise<AppDetails> => (await world.ask('GET', '/v1/apps/counts', { key })).body as AppDetails

it('a plan is refused with everything that is wrong, under paths of the request', async () => {
  const wrong = { ...counts, outputs: { counts: 'nothing' }, name: 'no name' }
  const { status, body } = await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: wrong } })
  expect(status).toBe(422)
  expect((body as Problem).issues.map(({ path }) => path)).toEqual(expect.arrayContaining(['plan.name', 'plan.outputs.counts']))
})

it('an app cannot read a stream that is not there, nor have params that its plan has not', async () => {
  const plan = {
    ...counts,
    streams: { others: readings },
    operators: counts.operators.map((one) => (one.kind === 'read' ? { ...one, stream: 'others' } : one)),
  }
  const { body } = await world.ask('PUT', '/v1/apps/counts', { key, body: { plan, params: { leest: 2, least: 'x' } } })
  expect((body as Problem).issues.map(({ code }) => code)).toEqual(['APP_STREAM_UNKNOWN', 'APP_PARAM_UNKNOWN', 'APP_PARAM_TYPE'])
})

it('a deploy that changes nothing is no new version', async () => {
  expect((await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })).status).toBe(201)
  const again = await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
  expect([again.status, (again.body as AppDetails).version]).toEqual([200, 1])
})

it('of two who change an app at the same time the second hears of the first', async () => {
  const asked = { key, headers: { 'if-match': '"1"' }, body: { plan: counts, params: { least: 2 } } }
  expect((await world.ask('PUT', '/v1/apps/counts', asked)).status).toBe(200)
  const late = await world.ask('PUT', '/v1/apps/counts', { ...asked, body: { plan: counts, params: { least: 3 } } })
  expect([late.status, (late.body as Problem).code]).toEqual([412, 'APP_VERSION_CHANGED'])
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
})

it('params of a running app change without losing its state', async () => {
  await world.ask('POST', '/v1/apps/counts/start', { key })
  await world.send(key, 'readings', lines([1, 1], [1, 2]))
  await world.settled('acme', 'counts')
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts, params: { least: 3 } } })
  await world.send(key, 'readings', lines([1, 3], [2, 4], [1, 11]))
  await world.settled('acme', 'counts')
  expect(world.rows('acme', 'counts', 'counts')).toBe(1)
  expect((await app()).job?.epoch).toBe(1)
})

it('what an upgrade would drop is told before, and begins a new epoch', async () => {
  const comparison = (await world.ask('POST', '/v1/apps/counts/compare', { key, body: { plan: countsOfMinutes } })).body as Comparison
  expect(comparison.same).toBe(false)
  expect(comparison.state.filter(({ fate }) => fate === 'dropped')).toHaveLength(1)
  const upgraded = (await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: countsOfMinutes } })).body as AppDetails
  expect(upgraded.job).toMatchObject({ state: 'running', epoch: 2 })
})

it('a stopped app stays stopped over a restart, and goes on from its savepoint', async () => {
  const stopped = (await world.ask('POST', '/v1/apps/counts/stop', { key, body: { savepoint: 'before' } })).body as AppDetails
  expect([stopped.state, stopped.job]).toEqual(['stopped', null])
  await world.restart({ workers: 0 })
  expect((await app()).state).toBe('stopped')
  expect((await world.ask('GET', '/v1/apps/counts/savepoints', { key })).body).toEqual({ items: ['before'] })
  const none = await world.ask('POST', '/v1/apps/counts/start', { key, body: { savepoint: 'nothing' } })
  expect([none.status, (none.body as Problem).code]).toEqual([404, 'JOB_SAVEPOINT_UNKNOWN'])
  const resumed = (await world.ask('POST', '/v1/apps/counts/start', { key, body: { savepoint: 'before' } })).body as AppDetails
  expect(resumed).toMatchObject({ state: 'running', job: { epoch: 3 } })
})

it('savepoints are kept until they are deleted, so many of an app and no more', async () => {
  const stop = (savepoint: string) => world.ask('POST', '/v1/apps/counts/stop', { key, body: { savepoint } })
  const remove = (savepoint: string) => world.ask('DELETE', `/v1/apps/counts/savepoints/${savepoint}`, { key })
  const folder = join(world.data, 'jobs', 'acme', 'counts')
  for (let count = 1; count < 100; count++) copyFileSync(join(folder, 'before.savepoint'), join(folder, `copy${count}.savepoint`))
  expect([(await stop('more')).body, (await app()).state]).toMatchObject([{ status: 403, code: 'TENANT_QUOTA' }, 'running'])
  expect((await remove('copy1')).status).toBe(204)
  expect((await stop('more')).body).toMatchObject({ state: 'stopped' })
  await world.ask('POST', '/v1/apps/counts/start', { key })
  expect((await stop('more')).body).toMatchObject({ state: 'stopped' })
  await world.ask('POST', '/v1/apps/counts/start', { key })
  for (const gone of ['copy1', '..%2f0000000000000001.snapshot'])
    expect((await remove(gone)).body).toMatchObject({ status: 404, code: 'JOB_SAVEPOINT_UNKNOWN' })
  for (let count = 2; count < 100; count++) rmSync(join(folder, `copy${count}.savepoint`))
  for (const name of ['before', 'more']) expect((await remove(name)).status).toBe(204)
  expect((await world.ask('GET', '/v1/apps/counts/savepoints', { key })).body).toEqual({ items: [] })
})

it('a fresh start computes everything anew, in a new epoch', async () => {
  const fresh = (await world.ask('POST', '/v1/apps/counts/fresh', { key })).body as AppDetails
  expect(fresh).toMatchObject({ state: 'running', job: { epoch: 4 } })
  await world.restart({ workers: 0 })
  expect(await app()).toMatchObject({ state: 'running', job: { epoch: 4 } })
})

it('what was wanted before a crash is done after it, once', async () => {
  world.platform.ground.apps.want('acme', 'counts', 'running', { fresh: true })
  await world.restart({ workers: 0 })
  expect(await app()).toMatchObject({ state: 'running', job: { epoch: 5 } })
  await world.restart({ workers: 0 })
  expect(await app()).toMatchObject({ state: 'running', job: { epoch: 5 } })
})

it('an app that cannot start says why, and what is wanted of it stays', async () => {
  world.platform.ground.apps.want('acme', 'counts', 'running', { savepoint: 'lost' })
  await world.restart({ workers: 0 })
  expect(await app()).toMatchObject({ state: 'failed', job: { state: 'failed', ended: [{ code: 'JOB_SAVEPOINT_UNKNOWN' }] } })
  await world.ask('POST', '/v1/apps/counts/fresh', { key })
})

it('an app that goes over its quota is failed, with the reason, and its stream goes on', async () => {
  await world.ask('PATCH', '/v1/tenants/acme', { body: { quotas: { keys: 2 } } })
  await world.ask('POST', '/v1/apps/counts/fresh', { key })
  // What a job holds is looked at now and then, not with each record.
  const many = lines(...Array.from({ length: 20_000 }, (_, sensor) => [sensor, 61] as const))
  for (let tries = 0; tries < 50 && (await app()).state === 'running'; tries++) {
    await world.send(key, 'readings', many)
    await world.settled('acme', 'counts').catch(() => {})
  }
  expect(await app()).toMatchObject({ state: 'failed', job: { state: 'failed', ended: [{ code: 'JOB_QUOTA_KEYS' }] } })
  expect((await world.ask('GET', '/v1/apps/counts/history?limit=1', { key })).body).toMatchObject({ items: [{ kind: 'failed', code: 'JOB_QUOTA_KEYS' }] })
  await world.ask('PATCH', '/v1/tenants/acme', { body: { quotas: { keys: null } } })
  expect((await world.ask('POST', '/v1/apps/counts/start', { key })).body).toMatchObject({ state: 'running' })
})

it('a deleted app leaves nothing but its place in the epochs', async () => {
  expect((await world.ask('DELETE', '/v1/apps/counts', { key, headers: { 'if-match': '"1"' } })).status).toBe(412)
  const { version } = await app()
  expect((await world.ask('DELETE', '/v1/apps/counts', { key, headers: { 'if-match': `"${version}"` } })).status).toBe(204)
  expect((await world.ask('GET', '/v1/apps/counts', { key })).status).toBe(404)
  expect(world.rows('acme', 'counts', 'counts')).toBe(0)
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
  const { job } = (await world.ask('POST', '/v1/apps/counts/start', { key })).body as AppDetails
  expect(job?.epoch).toBeGreaterThan(4)
})
