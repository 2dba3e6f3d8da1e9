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
async function entries(world: World, of = tenant): Promise<readonly (readonly [string, number])[]> {
  const reader = world.log.reader({ tenant: of, streams: ['readings', clockStream] })
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

it('it is so for streams of all tenants that are resumed together, whatever is appended before their jobs start', async () => {
  const world = new World()
  await world.open({ live: true })
  world.nowMs = 1000
  const { ingestionMs } = await world.send([[1, 1, 3]])
  const chunk = { stream: 'readings', kind: 'bytes', rows: 1, schema: 1, payload: new Uint8Array(1) } as const
  await world.log.append({ tenant: 'globex', chunks: [chunk] })
  await world.jobs.abandon()
  await world.log.close()
  world.nowMs = 3_600_000
  await world.open({ live: true })
  await world.jobs.resume([
    { tenant, plan: sums },
    { tenant: 'globex', plan: sums },
  ])
  world.nowMs = 3_600_007
  await Promise.all([world.send([[1, 2, 3]]), world.start()])
  const times = [
    ['paused', ingestionMs],
    ['resumed', 3_600_000],
  ]
  expect((await entries(world)).slice(1)).toEqual([...times, ['batch', 3_600_007]])
  expect((await entries(world, 'globex')).slice(1)).toEqual(times)
  await world.close()
})

it('a job whose stream gets records while it starts does start', async () => {
  const world = new World()
  await world.open({ live: true })
  await world.send([[1, 1, 3]])
  world.nowMs = 1000
  await Promise.all([world.send([[1, 2, 3]]), world.start()])
  await world.settle()
  expect(world.jobs.status(tenant, 'sums').state).toBe('running')
  await world.close()
})
