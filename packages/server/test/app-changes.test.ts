import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { AppDetails, Problem, Savepoints } from '@millrace/api/schemas'
import { markStream } from '@millrace/jobs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { deployed } from '../src/apps/app-versions.ts'
import { deploy as deployNow } from '../src/apps/deploy.ts'
import { counts, lines, readings } from './plans.ts'
import { World } from './world.ts'

let world: World
let key = ''
beforeEach(async () => {
  world = new World()
  key = await world.openWith(counts, readings, { workers: 0 })
  await world.send(key, 'readings', lines([1, 0], [1, 20]))
  await world.settled('acme', 'counts')
})
afterEach(() => world.end())

const change = (what: string, body?: object) => world.ask('POST', `/v1/apps/counts/${what}`, { key, body })
const deploy = (params: object) => world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts, params } })
const app = async (): Promise<AppDetails> => (await world.ask('GET', '/v1/apps/counts', { key })).body as AppDetails
const savepoints = async () => ((await world.ask('GET', '/v1/apps/counts/savepoints', { key })).body as Savepoints).items

it('a stop with a savepoint is answered as done only where there is one, whatever else is wanted at the same time', async () => {
  const { apps, supervisor } = world.platform.ground
  apps.want('acme', 'counts', 'stopped')
  const [, late] = await Promise.allSettled([supervisor.apply('acme', 'counts'), supervisor.apply('acme', 'counts', 'late')])
  expect([late, await savepoints()]).toEqual([{ status: 'rejected', reason: expect.objectContaining({ code: 'APP_NOT_RUNNING' }) }, []])
  await change('start')
  apps.want('acme', 'counts', 'stopped')
  const stopped = supervisor.apply('acme', 'counts', 'kept')
  apps.want('acme', 'counts', 'running', { fresh: true })
  await Promise.all([stopped, supervisor.apply('acme', 'counts')])
  expect([await savepoints(), await app()]).toMatchObject([['kept'], { state: 'running', job: { epoch: 2 } }])
})

it('a fresh start that is wanted while another start is under way happens', async () => {
  await change('stop', { savepoint: 'before' })
  const { apps, supervisor } = world.platform.ground
  apps.want('acme', 'counts', 'running', { savepoint: 'before' })
  const first = supervisor.apply('acme', 'counts')
  // The first is under way and knows what it began with.
  await setImmediate()
  apps.want('acme', 'counts', 'running', { fresh: true })
  await Promise.all([first, supervisor.apply('acme', 'counts')])
  expect([await app(), apps.get('acme', 'counts').begin]).toMatchObject([{ job: { epoch: 3 } }, {}])
})

it('a deploy that failed is done when it is repeated', async () => {
  const { control } = world.platform.ground
  control.run("CREATE TRIGGER no_room BEFORE INSERT ON app_events BEGIN SELECT raise(FAIL, 'no room'); END")
  expect([(await deploy({ least: 3 })).status, await app()]).toMatchObject([500, { version: 1, params: {} }])
  control.run('DROP TRIGGER no_room')
  expect((await deploy({ least: 3 })).body).toMatchObject({ version: 2, params: { least: 3 } })
  await world.send(key, 'readings', lines([1, 40]))
  await world.settled('acme', 'counts')
  expect(world.rows('acme', 'counts', 'counts')).toBe(1)
})

it('an app whose deletion broke off is there, stopped, until it is deleted again, and leaves nothing then', async () => {
  expect((await world.askWithoutErasing('DELETE', '/v1/apps/counts', { key })).status).toBe(500)
  await world.restart({ workers: 0 })
  expect((await app()).state).toBe('stopped')
  expect((await world.ask('DELETE', '/v1/apps/counts', { key })).status).toBe(204)
  const left = world.platform.ground.log
  expect([left.streams('acme').map(({ stream }) => stream), left.pins('acme')]).toEqual([['readings', markStream('counts')], []])
})

it('an app whose deletion broke off computes everything anew where it is started again', async () => {
  expect((await world.askWithoutErasing('DELETE', '/v1/apps/counts', { key })).status).toBe(500)
  expect((await change('start')).body).toMatchObject({ state: 'running', job: { epoch: 2 } })
})

it('an app goes on where it was once the savepoint that it could not start from is deleted', async () => {
  await change('stop', { savepoint: 'bad' })
  writeFileSync(join(world.data, 'jobs', 'acme', 'counts', 'bad.savepoint'), 'no snapshot')
  const refused = await change('start', { savepoint: 'bad' })
  expect([refused.status >= 400, (refused.body as Problem).code]).toEqual([true, 'JOB_SNAPSHOTS_DAMAGED'])
  expect((await world.ask('DELETE', '/v1/apps/counts/savepoints/bad', { key })).status).toBe(204)
  expect((await change('start')).body).toMatchObject({ state: 'running', job: { epoch: 1 } })
})

it('a tenant has as many apps as its quota allows, also where they are deployed at once', async () => {
  await world.ask('PATCH', '/v1/tenants/acme', { body: { quotas: { apps: 2 } } })
  const named = (name: string) => deployNow(world.platform.ground, 'acme', name, { plan: { ...counts, name } }, deployed)
  const made = await Promise.allSettled(['a', 'b', 'c'].map(named))
  expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
})
