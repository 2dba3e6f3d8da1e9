import type { HistoryAnswer } from '@millrace/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hot, hotOfMinutes, lines, type Reading, readings } from '../alerts/plans.ts'
import { World } from '../world.ts'

const world = new World()
let key = ''
beforeAll(async () => {
  key = await world.openWith(hot, readings, { workers: 0 })
})
afterAll(() => world.end())

const send = async (...read: readonly Reading[]): Promise<void> => {
  await world.send(key, 'readings', lines(...read))
  await world.settled('acme', 'hot')
}
/** What stands in `latest`: alerts and sums as epoch and sum. */
const latest = async (): Promise<readonly unknown[]> => {
  await world.platform.ground.history.history.write('acme')
  const sql = `SELECT 'alert' AS "of", epoch, message AS what, entry FROM latest."hot/alerts"
UNION ALL SELECT 'sum', epoch, sum::INTEGER::VARCHAR, entry FROM latest."hot/sums" ORDER BY 1, 4`
  const { body } = await world.ask('POST', '/v1/history/queries', { key, body: { sql } })
  return (body as HistoryAnswer).rows.map(({ of, epoch, what }) => `${of} ${epoch} ${what}`)
}

it('what a fresh start computes anew and does not bring again is not among the latest', async () => {
  await send([1, 'a', 1, 200], [1, 'a', 12, 400], [9, 'z', 21, 0])
  await world.ask('POST', '/v1/apps/hot/stop', { key })
  await world.ask('PATCH', '/v1/apps/hot', { key, body: { params: { limit: 350 } } })
  await world.ask('POST', '/v1/apps/hot/fresh', { key })
  await world.settled('acme', 'hot')
  // The alert of the first window, which the first limit had opened, is none any more.
  expect(await latest()).toEqual(['alert 2 sensor 1: 400', 'sum 2 200', 'sum 2 400'])
})

it('what a later epoch does not compute anew stays, also after a restart', async () => {
  // Windows of another length: a new epoch, from here on.
  await world.ask('PUT', '/v1/apps/hot', { key, body: { plan: hotOfMinutes, params: { limit: 350 } } })
  await send([2, 'b', 61, 7], [9, 'z', 181, 0])
  await world.restart({ workers: 0 })
  expect(await latest()).toEqual(['alert 2 sensor 1: 400', 'sum 2 200', 'sum 2 400', 'sum 3 7'])
})

it('nor does a fresh start compute anew what retention dropped', async () => {
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings, retention: { maxAgeMs: 1, maxBytes: null } } })
  await world.platform.ground.log.maintain()
  const { droppedUpTo } = world.platform.ground.log.stream('acme', 'readings') ?? {}
  await world.ask('POST', '/v1/apps/hot/stop', { key })
  await world.ask('POST', '/v1/apps/hot/fresh', { key })
  expect(droppedUpTo).toBeGreaterThan(0)
  expect(world.platform.ground.apps.epochs.of('acme', 'hot').at(-1)).toEqual({ epoch: 4, after: droppedUpTo })
})
