import type { AppDetails, AppEventPage, AppVersionPage, Problem, RolledBack } from '@millrace/api/schemas'
import type { JobStatus } from '@millrace/jobs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { shownApp } from '../src/apps/shown-app.ts'
import { counts, countsOfMinutes, lines, readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
let key = ''
beforeAll(async () => {
  await world.open({ workers: 0, durability: 'os' })
  key = await world.tenant('acme')
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })
  await world.ask('POST', '/v1/apps/counts/start', { key })
})
afterAll(() => world.end())

const change = (params: object, headers = {}) => world.ask('PATCH', '/v1/apps/counts', { key, body: { params }, headers })
const rollBack = (body: object, headers = {}) => world.ask('POST', '/v1/apps/counts/roll-back', { key, body, headers })
const app = async (): Promise<AppDetails> => (await world.ask('GET', '/v1/apps/counts', { key })).body as AppDetails
const history = async (query = ''): Promise<AppEventPage> => (await world.ask('GET', `/v1/apps/counts/history${query}`, { key })).body as AppEventPage
const kinds = ({ items }: AppEventPage): readonly string[] => items.map(({ kind, version }) => `${kind} ${version}`)

it('changed params are a new version of the same plan that keeps all state', async () => {
  await world.send(key, 'readings', lines([1, 1], [1, 2]))
  await world.settled('acme', 'counts')
  const { status, body, headers } = await change({ least: 3 })
  expect([status, headers.get('etag')]).toEqual([200, '"2"'])
  expect(body).toMatchObject({ version: 2, params: { least: 3 }, job: { epoch: 1 } })
  await world.send(key, 'readings', lines([1, 3], [2, 4], [1, 11]))
  await world.settled('acme', 'counts')
  expect(world.rows('acme', 'counts', 'counts')).toBe(1)
})

it('of two who change params at the same time the second hears of the first', async () => {
  const late = await change({ least: 4 }, { 'if-match': '"1"' })
  expect([late.status, (late.body as Problem).code]).toEqual([412, 'APP_VERSION_CHANGED'])
})

it('a param that the plan has not, or of another kind, is refused; null brings the own one back', async () => {
  const { status, body } = await change({ least: 'x', leest: 1 })
  expect(status).toBe(422)
  expect((body as Problem).issues.map(({ code }) => code)).toEqual(['APP_PARAM_TYPE', 'APP_PARAM_UNKNOWN'])
  expect((await change({ least: null })).body).toMatchObject({ version: 3, params: {} })
})

it('a roll-back says before what of the state is kept, and becomes a new version', async () => {
  await world.ask('PUT', '/v1/apps/counts', { key, body: { plan: countsOfMinutes } })
  const told = (await rollBack({ version: 2, dryRun: true })).body as RolledBack
  expect(told.app.version).toBe(4)
  const { state, app: done } = (await rollBack({ version: 2 }, { 'if-match': '"4"' })).body as RolledBack
  expect(state).toEqual(told.state)
  expect(state.some(({ fate }) => fate === 'dropped')).toBe(true)
  expect(done).toMatchObject({ version: 5, params: { least: 3 }, planHash: (await app()).planHash, state: 'running' })
  const { items } = (await world.ask('GET', '/v1/apps/counts/versions', { key })).body as AppVersionPage
  expect(items.map(({ version, cause, rolledBackTo }) => [version, cause, rolledBackTo])).toEqual([
    [5, 'rolled-back', 2],
    [4, 'deployed', null],
    [3, 'params-changed', null],
    [2, 'params-changed', null],
    [1, 'deployed', null],
  ])
  expect([items[0]?.planHash, items[0]?.params]).toEqual([items[3]?.planHash, items[3]?.params])
})

it('there is no way back to a version that never was', async () => {
  const { status, body } = await rollBack({ version: 9 })
  expect([status, (body as Problem).code]).toEqual([404, 'APP_VERSION_UNKNOWN'])
})

it('what happened to an app is told with its version, the newest first, also after a restart', async () => {
  await world.ask('POST', '/v1/apps/counts/stop', { key })
  await world.ask('POST', '/v1/apps/counts/start', { key })
  await world.restart({ workers: 0, durability: 'os' })
  const first = await history('?limit=3')
  expect(kinds(first)).toEqual(['started 5', 'started 5', 'stopped 5'])
  expect(first.items[0]?.reason).toBe('the server started')
  const rest = await history(`?after=${first.next}`)
  expect(kinds(rest)).toEqual([
    ...['started 5', 'rolled-back 5', 'started 4', 'deployed 4', 'started 3', 'params-changed 3'],
    ...['started 2', 'params-changed 2', 'started 1', 'deployed 1'],
  ])
})

it('a run that ended and goes on is told, with the reason', async () => {
  await world.restart({ workers: 1, durability: 'os' })
  await world.platform.ground.jobs.restartThread(0)
  await world.send(key, 'readings', lines([1, 61]))
  await world.settled('acme', 'counts')
  expect(await app()).toMatchObject({ state: 'running', job: { ended: [{ code: 'JOB_THREAD_ENDED' }] } })
  expect((await history('?limit=1')).items).toMatchObject([{ kind: 'restarted', version: 5, code: 'JOB_THREAD_ENDED' }])
})

it('a stalled app says so, in its state and its history, until it goes on', async () => {
  const { apps, supervisor } = world.platform.ground
  const kept = apps.get('acme', 'counts')
  const status = supervisor.job('acme', 'counts') as JobStatus
  expect(shownApp(kept, { ...status, stalledMs: 5 })).toMatchObject({ state: 'stalled', job: { state: 'stalled' } })
  expect(shownApp(kept, status)).toMatchObject({ state: 'running', job: { state: 'running' } })
  const event = { tenant: 'acme', job: 'counts' }
  supervisor.told({ ...event, kind: 'stalled', reason: 'records wait' })
  supervisor.told({ ...event, kind: 'recovered', reason: 'it goes on' })
  expect((await history('?limit=2')).items).toMatchObject([
    { kind: 'recovered', version: 5 },
    { kind: 'stalled', version: 5, code: null, reason: 'records wait' },
  ])
})
