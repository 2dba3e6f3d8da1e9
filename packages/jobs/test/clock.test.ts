import { clockStream, outputStream } from '@millrace/jobs'
import type { Plan } from '@millrace/plan'
import { expect, it } from 'vitest'
import { sums } from './apps.ts'
import { tenant, World } from './world.ts'

const node = sums.streams['readings'] as Plan['streams'][string]
/** Its stream is idle after 20 ms. */
const quickly: Plan = { ...sums, streams: { readings: { ...node, idleTimeoutMs: 20 } } }

async function openLive(world: World): Promise<void> {
  const offsetMs = world.nowMs
  const began = performance.now()
  Object.defineProperty(world, 'nowMs', { configurable: true, get: () => Math.floor(offsetMs + performance.now() - began) })
  await world.open({ live: true })
}

/** The log's own entries, in their order: kind and log time. */
async function entries(world: World): Promise<readonly (readonly [string, number])[]> {
  const reader = world.log.reader({ tenant, streams: ['readings', clockStream] })
  const pieces = await reader.read()
  reader.close()
  return pieces.map(({ chunk }) => [chunk.kind, chunk.runs.ingestionMs[0] as number])
}

async function firstResult(world: World): Promise<void> {
  const reader = world.log.reader({ tenant, streams: [outputStream('sums', 'sums')] })
  await reader.wait()
  reader.close()
}

it('a window of a stream that went quiet closes by ticks, at its deadlines and not before', async () => {
  const world = new World()
  await openLive(world)
  await world.start(quickly)
  const { ingestionMs } = await world.send([[1, 9.95, 3]])
  await firstResult(world)
  const [first, ...ticks] = await entries(world)
  expect([first?.[0], ...new Set(ticks.map(([kind]) => kind))]).toEqual(['batch', 'tick'])
  // A machine in a hurry may come so late that one tick does both.
  expect(ticks.length).toBeLessThanOrEqual(2)
  expect(ticks[0]?.[1]).toBeGreaterThanOrEqual(ingestionMs + 20)
  // The watermark reaches the window's last millisecond 49 ms of log time after the record at 9.950 s.
  expect(ticks.at(-1)?.[1]).toBeGreaterThanOrEqual(ingestionMs + 49)
  expect(await world.results()).toEqual(['1: 1 0 10000 1 3'])
  await world.close()
})

it('time in which nothing ran is not idleness: it stands in the log as a pause from its last entry on', async () => {
  const world = new World()
  await openLive(world)
  await world.start(quickly)
  const { ingestionMs } = await world.send([[1, 9.95, 3]])
  await world.jobs.abandon()
  await world.log.close()
  Object.defineProperty(world, 'nowMs', { configurable: true, writable: true, value: world.nowMs + 3_600_000 })
  const restartedMs = world.nowMs
  await openLive(world)
  await world.start(quickly)
  await firstResult(world)
  const all = await entries(world)
  expect(all.map(([kind]) => kind).slice(0, 4)).toEqual(['batch', 'paused', 'resumed', 'tick'])
  expect(all[1]?.[1]).toBe(ingestionMs)
  expect(all[2]?.[1]).toBeGreaterThanOrEqual(restartedMs)
  // Only what passed after the restart counts.
  expect(all[3]?.[1]).toBeGreaterThanOrEqual((all[2]?.[1] as number) + 20)
  await world.close()
})
