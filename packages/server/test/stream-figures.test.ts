import type { Stream } from '@millrace/api/schemas'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { counts, lines, readings } from './plans.ts'
import { World } from './world.ts'

const world = new World()
let key = ''
beforeAll(async () => {
  key = await world.openWith(counts, readings, { workers: 0 })
  await world.send(key, 'readings', lines([1, 1], [2, 2], [1, 3]))
  await world.settled('acme', 'counts')
})
afterAll(() => world.end())

const figures = async (): Promise<Stream['figures']> => ((await world.ask('GET', '/v1/streams/readings', { key })).body as Stream).figures
const shown = async (name: string): Promise<number> => Number(new RegExp(`^${name}\\{.*stream="readings".*\\} (\\S+)$`, 'm').exec(await world.metrics())?.[1])

it('a stream counts its records, not the entries of the clock that a restart leaves', async () => {
  const { lastSequence } = await figures()
  await world.restart({ workers: 0 })
  const after = await figures()
  expect(after.lastSequence).toBeGreaterThan(lastSequence as number)
  expect([after.rows, await shown('millrace_log_records')]).toEqual([3, 3])
})

it('what retention dropped is counted, also after a restart', async () => {
  expect([(await figures()).droppedRows, await shown('millrace_log_dropped_records_total')]).toEqual([0, 0])
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings, retention: { maxAgeMs: 1, maxBytes: null } } })
  await world.platform.ground.log.maintain()
  expect(await figures()).toMatchObject({ rows: 0, droppedRows: 3 })
  await world.restart({ workers: 0 })
  expect([(await figures()).droppedRows, await shown('millrace_log_dropped_records_total')]).toEqual([3, 3])
})

it('a stream of which retention left nothing still says what it dropped', async () => {
  const own = await world.tenant('emptied')
  const declare = (maxAgeMs: number | null) =>
    world.ask('PUT', '/v1/streams/readings', { key: own, body: { declaration: readings, retention: { maxAgeMs, maxBytes: null } } })
  await declare(null)
  await world.send(own, 'readings', lines([1, 1], [2, 2]))
  await world.restart({ workers: 0 })
  const { log } = world.platform.ground
  const last = log.stream('emptied', 'readings')?.lastSequence
  await declare(1)
  await log.maintain()
  expect(log.streams('emptied')).toEqual([])
  const { figures } = (await world.ask('GET', '/v1/streams/readings', { key: own })).body as Stream
  expect(figures).toMatchObject({ rows: 0, droppedRows: 2, droppedUpTo: last })
})
