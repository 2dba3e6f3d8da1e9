import type { Alert, AlertPage, Problem } from '@millrace/api/schemas'
import { Random } from '@millrace/log/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { World } from '../world.ts'
import { openWithHot, sendToHot } from './hot-app.ts'
import { hot, hotOfMinutes, type Reading } from './plans.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
const random = new Random(seed)
const world = new World()
const settings = { workers: 0, durability: 'os' } as const
let key = ''
beforeAll(async () => {
  key = await openWithHot(world, settings)
})
afterAll(() => world.end())

const send = (...read: readonly Reading[]): Promise<void> => sendToHot(world, key, read)
const alerts = async (query = ''): Promise<AlertPage> => (await world.ask('GET', `/v1/alerts${query}`, { key })).body as AlertPage
const states = ({ items }: AlertPage): readonly string[] => items.map(({ key: of, state }) => `${of['sensor']} ${state}`)
const acknowledge = (id: string, body: object = {}) => world.ask('POST', `/v1/apps/hot/alerts/${id}/acknowledge`, { key, body })
const ofSensor = async (sensor: number): Promise<Alert> => (await alerts()).items.find((alert) => alert.key['sensor'] === sensor) as Alert

it('an episode is one alert, whatever becomes of it, the newest first', async () => {
  await send([1, 'a', 1, 200], [2, 'a', 1, 300], [3, 'b', 1, 50], [3, 'b', 12, 500], [1, 'a', 13, 201])
  expect(states(await alerts())).toEqual(['2 raised', '1 raised'])
  await send([9, 'z', 21, 0])
  expect(states(await alerts())).toEqual(['3 raised', '2 cleared', '1 raised'])
  expect(await ofSensor(1)).toMatchObject({
    ...{ app: 'hot', output: 'alerts', key: { sensor: 1, hall: 'a' }, severity: 'critical', message: 'sensor 1: 201' },
    ...{ revision: 1, epoch: 1, acknowledgement: null, silenced: false },
  })
})

it('lists can be had by app, severity and state, page by page', async () => {
  expect(states(await alerts('?state=cleared'))).toEqual(['2 cleared'])
  expect(states(await alerts('?app=hot&severity=critical&output=alerts&state=raised'))).toEqual(['3 raised', '1 raised'])
  expect(states(await alerts('?severity=info'))).toEqual([])
  const first = await alerts('?limit=2')
  expect([states(first), states(await alerts(`?limit=2&after=${first.next}`))]).toEqual([['3 raised', '2 cleared'], ['1 raised']])
})

it('who knows of an alert says so once, with a note, and it is audited', async () => {
  const { id } = await ofSensor(1)
  const { status, body } = await acknowledge(id, { note: 'on my way' })
  expect([status, body]).toEqual([200, await ofSensor(1)])
  expect(body).toMatchObject({ state: 'acknowledged', acknowledgement: { note: 'on my way' } })
  expect((await acknowledge(id, { note: 'me too' })).body).toEqual(body)
  expect(await alerts()).toMatchObject({ open: [{ app: 'hot', output: 'alerts', severity: 'critical', raised: 1, acknowledged: 1 }] })
  const { items } = (await world.ask('GET', '/v1/audit?limit=2', { key })).body as { items: { action: string; target: string }[] }
  expect(items[0]).toMatchObject({ action: 'acknowledgeAlert', target: `apps/hot/alerts/${id}/acknowledge`, result: 'ok' })
})

it('what is over cannot be acknowledged, nor what never was', async () => {
  const over = await acknowledge((await ofSensor(2)).id)
  expect([over.status, (over.body as Problem).code]).toEqual([409, 'ALERT_OVER'])
  const unknown = await acknowledge('0'.repeat(32))
  expect([unknown.status, (unknown.body as Problem).code]).toEqual([404, 'ALERT_UNKNOWN'])
})

it('alerts are the same after a restart, with what came unseen, and each is taken once', async () => {
  const before = await alerts()
  await send([1, 'a', 25, 400], [9, 'z', 31, 0])
  await world.restart(settings)
  const after = await alerts()
  expect(states(after)).toEqual(['3 cleared', '2 cleared', '1 acknowledged'])
  expect(after.items.map(({ id, position }) => [id, position])).toEqual(before.items.map(({ id, position }) => [id, position]))
  expect((await ofSensor(1)).message).toBe('sensor 1: 400')
})

it('an app that begins anew raises its alerts anew', async () => {
  await world.ask('POST', '/v1/apps/hot/stop', { key })
  await world.ask('PATCH', '/v1/apps/hot', { key, body: { params: { limit: 350 } } })
  await world.ask('POST', '/v1/apps/hot/fresh', { key })
  await world.settled('acme', 'hot')
  // Another window opens the episode of the first sensor: it is another alert.
  expect(states(await alerts())).toEqual(['1 raised', '3 cleared', '2 cleared', '1 withdrawn'])
  expect(await ofSensor(1)).toMatchObject({ epoch: 2, revision: 0, acknowledgement: null })
})

it('a deploy that loses the state of an alert withdraws what nothing would clear', async () => {
  expect((await ofSensor(1)).state).toBe('raised')
  // Windows of another length: nothing of the state fits.
  const { status } = await world.ask('PUT', '/v1/apps/hot', { key, body: { plan: hotOfMinutes, params: { limit: 350 } } })
  expect(status).toBe(200)
  expect(await ofSensor(1)).toMatchObject({ state: 'withdrawn', epoch: 2 })
  await world.ask('PUT', '/v1/apps/hot', { key, body: { plan: hot, params: { limit: 350 } } })
})

it(`whatever comes, the alerts are those that the results tell (seed ${seed})`, async () => {
  for (let second = 100; second < 400; second += 20) {
    await send(...Array.from({ length: 8 }, (): Reading => [random.between(1, 6), 'r', second + random.between(0, 19), random.between(0, 700)]))
    if (random.below(3) === 0) await alerts()
  }
  const { body } = await world.ask('GET', '/v1/apps/hot/outputs/alerts/records?limit=10000', { key, headers: { accept: 'application/json' } })
  const told = new Map((body as { items: Record<string, string>[] }).items.map((row) => [row['_id'], row]))
  const ended: Readonly<Record<string, string>> = { clear: 'cleared', withdraw: 'withdrawn' }
  const wanted = [...told.values()].filter(({ hall }) => hall === 'r').map((row) => [row['_id'], ended[row['alert'] ?? ''] ?? 'raised', row['message']])
  const found = (await alerts('?limit=1000')).items.filter((alert) => alert.key['hall'] === 'r').map(({ id, state, message }) => [id, state, message])
  expect(wanted.length).toBeGreaterThan(5)
  expect(found.toReversed()).toEqual(wanted)
})

it('a fresh start that a crash put off withdraws alerts as any other does', async () => {
  await send([77, 'x', 1000, 900], [78, 'x', 1012, 0])
  expect((await ofSensor(77)).state).toBe('raised')
  world.platform.ground.apps.want('acme', 'hot', 'running', { fresh: true, from: 'now' })
  await world.restart(settings)
  expect((await ofSensor(77)).state).toBe('withdrawn')
  expect(states(await alerts('?state=raised'))).toEqual([])
})

it('a deploy that loses the state of an alert withdraws what nothing would clear, also where a crash comes before its start', async () => {
  await send([79, 'x', 1020, 900], [80, 'x', 1032, 0])
  expect((await ofSensor(79)).state).toBe('raised')
  world.platform.ground.apps.deploy('acme', 'hot', { plan: hotOfMinutes, params: { limit: 350 } })
  await world.restart(settings)
  expect((await ofSensor(79)).state).toBe('withdrawn')
})

it('a deleted app leaves no alerts', async () => {
  await world.ask('DELETE', '/v1/apps/hot', { key })
  expect(await alerts()).toEqual({ items: [], next: null, open: [] })
})
