import type { AlertPage, Problem, Silence, SilenceList } from '@millrace/api/schemas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EventReader } from '../live/event-reader.ts'
import { Receiver } from '../live/receiver.ts'
import { World } from '../world.ts'
import { openWithHot, sendToHot } from './hot-app.ts'
import { batches, type Reading } from './plans.ts'

const world = new World()
const receiver = new Receiver()
const settings = { workers: 0, durability: 'os', outgoingAllow: '127.0.0.1/32' } as const
const hourMs = 3_600_000
let key = ''
beforeAll(async () => {
  key = await openWithHot(world, settings)
  await world.ask('POST', '/v1/webhooks/hook', { key, body: { app: 'hot', output: 'alerts', url: await receiver.open() } })
})
afterAll(async () => {
  await world.end()
  receiver.close()
})

const send = (...read: readonly Reading[]): Promise<void> => sendToHot(world, key, read)
const silence = (body: object) => world.ask('POST', '/v1/silences', { key, body: { untilMs: Date.now() + hourMs, ...body } })
const inForce = async (): Promise<SilenceList> => (await world.ask('GET', '/v1/silences', { key })).body as SilenceList
const delivered = (): readonly string[] => receiver.received.flatMap(({ items }) => items.map(({ sensor, alert }) => `${sensor} ${alert}`))
const results = async (): Promise<readonly Record<string, unknown>[]> => {
  const { body } = await world.ask('GET', '/v1/apps/hot/outputs/alerts/records', { key, headers: { accept: 'application/json' } })
  return (body as { items: Record<string, unknown>[] }).items
}

it('what a silence fits is held back from webhooks, stays among the results and is marked there', async () => {
  const made = await silence({ app: 'hot', output: 'alerts', key: { hall: 'a' }, note: 'maintenance' })
  expect([made.status, (made.body as Silence).note]).toEqual([201, 'maintenance'])
  await send([1, 'a', 1, 200], [2, 'b', 1, 300], [9, 'z', 11, 0])
  await receiver.until(() => delivered().length > 0)
  expect(delivered()).toEqual(['2 open'])
  expect((await results()).map(({ sensor, $silenced }) => [sensor, $silenced])).toEqual([
    [1, true],
    [2, false],
  ])
  const { items } = (await world.ask('GET', '/v1/alerts', { key })).body as AlertPage
  expect(items.map((alert) => [alert.key['sensor'], alert.silenced])).toEqual([
    [2, false],
    [1, true],
  ])
})

it('events are marked too', async () => {
  const reader = await new EventReader(`${world.platform.address}/v1/apps/hot/outputs/alerts/live?from=begin`, null, key).read()
  await reader.until(() => reader.rows.length === 2)
  reader.cut()
  expect(reader.rows.map(({ row }) => row['$silenced'])).toEqual([true, false])
})

it('a silence that was ended holds nothing back any more, but what it held back stays so', async () => {
  const [first] = (await inForce()).items
  expect((await world.ask('DELETE', `/v1/silences/${first?.id}`, { key })).status).toBe(204)
  expect(await inForce()).toEqual({ items: [] })
  await world.restart(settings)
  await send([1, 'a', 12, 0], [9, 'z', 21, 0])
  await receiver.until(() => delivered().includes('1 clear'))
  expect(delivered()).not.toContain('1 open')
  expect((await results()).map(({ $silenced }) => $silenced)).toEqual([true, false, false, false])
})

it('a silence of everything fits everything; one of another key, nothing', async () => {
  await silence({ key: { hall: 'nowhere' } })
  await send([3, 'a', 22, 200], [9, 'z', 31, 0])
  await silence({})
  await send([4, 'a', 32, 200], [9, 'z', 41, 0])
  await receiver.until(() => delivered().includes('3 open'))
  const marked = (await results()).filter(({ sensor }) => sensor === 3 || sensor === 4)
  expect(marked.filter(({ alert }) => alert === 'open').map(({ sensor, $silenced }) => [sensor, $silenced])).toEqual([
    [3, false],
    [4, true],
  ])
})

it('a silence of an instant fits the keys that are this instant, however it is written', async () => {
  await world.ask('PUT', '/v1/streams/batches', { key, body: { declaration: batches.streams['batches'] } })
  await world.ask('PUT', '/v1/apps/batches', { key, body: { plan: batches } })
  await world.ask('POST', '/v1/apps/batches/start', { key })
  for (const silence of (await inForce()).items) await world.ask('DELETE', `/v1/silences/${silence.id}`, { key })
  const madeMs = Date.UTC(2026, 10, 23, 10)
  for (const made of ['2026-11-23T11:00:00+01:00', madeMs + 1]) expect((await silence({ app: 'batches', key: { made } })).status).toBe(201)
  const made = [0, 1, 2].map((more) => JSON.stringify({ made: new Date(madeMs + more).toISOString(), at: 1000, value: 200 }))
  await world.send(key, 'batches', `${made.join('\n')}\n`)
  await world.settled('acme', 'batches')
  const { body } = await world.ask('GET', '/v1/apps/batches/outputs/alerts/records', { key, headers: { accept: 'application/json' } })
  expect((body as { items: Record<string, unknown>[] }).items.map(({ $silenced }) => $silenced)).toEqual([true, true, false])
  const { items } = (await world.ask('GET', '/v1/alerts?app=batches', { key })).body as AlertPage
  expect(items.map(({ silenced }) => silenced)).toEqual([false, true, true])
  expect(((await silence({ app: 'batches', key: { made: 'yesterday' } })).body as Problem).code).toBe('SILENCE_FITS_NOTHING')
})

it('a silence that could fit nothing, or is over before it begins, is refused', async () => {
  const refused = async (body: object): Promise<string> => ((await silence(body)).body as Problem).code
  expect(await refused({ app: 'hot', key: { room: 'x' } })).toBe('SILENCE_FITS_NOTHING')
  expect(await refused({ app: 'hot', output: 'sums' })).toBe('SILENCE_FITS_NOTHING')
  expect(await refused({ app: 'none' })).toBe('APP_UNKNOWN')
  expect(await refused({ untilMs: 5 })).toBe('SILENCE_TIME')
  expect(((await world.ask('DELETE', '/v1/silences/sil_none', { key })).body as Problem).code).toBe('SILENCE_UNKNOWN')
})
