import { describe, expect, it } from 'vitest'
import { type Reading, tenant, World } from './world.ts'

const sensors = 40

/** Ten seconds of all sensors, the `step`-th of them. */
function readings(step: number): Reading[] {
  return Array.from({ length: sensors }, (_, sensor): Reading => [(sensor * 7) % sensors, step * 10 + sensor / 10, 5 * sensor])
}

/** What the job gave where it runs in so many parts before each step. */
async function resultsOf(parts: readonly number[]): Promise<{ readonly sums: readonly string[]; readonly alerts: readonly string[]; readonly world: World }> {
  const world = new World()
  await world.open()
  await world.start(undefined, { parts: 4, spread: 'always' })
  for (const [step, count] of parts.entries()) {
    await world.jobs.spread(tenant, 'sums', count)
    await world.send(readings(step))
    if (step % 2 === 0) await world.settle()
  }
  await world.settle()
  return { sums: await world.results('sums'), alerts: await world.results('alerts'), world }
}

describe('a job that goes on in other parts while it runs', () => {
  it('gives the results of one part, in the same order, and goes on counting', async () => {
    const one = await resultsOf([1, 1, 1, 1, 1, 1, 1])
    const changing = await resultsOf([1, 2, 4, 3, 1, 1, 4])
    expect(one.sums).toHaveLength(sensors * 6)
    expect(one.alerts.length).toBeGreaterThan(10)
    expect({ sums: changing.sums, alerts: changing.alerts }).toEqual({ sums: one.sums, alerts: one.alerts })
    const figures = await changing.world.jobs.figures(tenant, 'sums')
    expect(figures).toHaveLength(4)
    expect(figures[0]?.stats.records).toEqual({ readings: sensors * 7 })
    expect(figures.reduce((sum, { stats }) => sum + (stats.outputs['sums']?.rows ?? 0), 0)).toBe(sensors * 6)
    expect(figures[0]?.bytesIn).toBeGreaterThan(6 * 1000)
    expect(changing.world.jobs.status(tenant, 'sums').parallelism).toEqual({ parts: 4, atMost: 4, why: 'they were asked for' })
  })

  it('stops amidst it, and comes back from a snapshot that parts of another number left', async () => {
    const { world, sums } = await resultsOf([4, 2, 2, 2])
    const changed = world.jobs.spread(tenant, 'sums', 3)
    await world.jobs.stop(tenant, 'sums')
    await changed
    await world.start(undefined, { parts: 2 })
    await world.send(readings(4))
    await world.settle()
    const { sums: expected } = await resultsOf([1, 1, 1, 1, 1])
    expect(await world.results('sums')).toEqual(expected)
    expect(sums.length).toBeLessThan(expected.length)
    expect(world.jobs.status(tenant, 'sums').parallelism).toEqual({ parts: 1, atMost: 1, why: 'there is one thread' })
  })
})
