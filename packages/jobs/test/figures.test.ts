import { expect, it } from 'vitest'
import { tenant, World } from './world.ts'

it('a job tells what it took, holds and gave, how far its time is, and its last snapshot', async () => {
  const world = new World()
  await world.open()
  await world.start()
  await world.send([
    [1, 1, 60],
    [2, 2, 60],
    [1, 12, 1],
  ])
  await world.settle()
  await world.jobs.snapshot(tenant, 'sums')
  const [figures] = await world.jobs.figures(tenant, 'sums')
  const [aggregate] = Object.keys(figures?.stats.windows ?? {})
  expect(figures?.stats).toMatchObject({ records: { readings: 3 }, watermarkMs: { readings: 12_000 }, highestEventTimeMs: { readings: 12_000 } })
  expect(figures?.stats.windows[aggregate as string]).toMatchObject({ fired: 2, open: 1 })
  expect(figures?.stats.outputs['sums']).toMatchObject({ rows: 2 })
  expect(Object.keys(figures?.stats.timeMs ?? {})).toContain(aggregate)
  for (const figure of [figures?.stats.stateBytes, figures?.stats.keys, figures?.bytesIn, figures?.bytesOut, figures?.cpuMs]) expect(figure).toBeGreaterThan(0)
  const { snapshot, position } = world.jobs.status(tenant, 'sums')
  expect(snapshot?.position).toBe(figures?.position)
  expect(snapshot?.bytes).toBeGreaterThan(100)
  expect(position).toBe(figures?.position)
})
