import type { Plan } from '@millrace/plan'
import { expect, it } from 'vitest'
import { sums } from './apps.ts'
import { tenant, World } from './world.ts'

const status = (world: World) => world.jobs.status(tenant, 'sums')

/** Resolves once a job told of itself what is asked for. */
async function told(world: World, kind: string): Promise<void> {
  while (!world.events.some((event) => event.kind === kind)) await new Promise((resolve) => setTimeout(resolve, 10))
}

it('a job that takes nothing though records wait is stalled, with the reason, until it goes on', async () => {
  const world = new World()
  await world.open({ stalledAfterMs: 40 })
  await world.start()
  await world.send([[1, 1, 1]])
  await world.settle()
  await world.send([[1, 11, 1]])
  world.disk.fail({ kind: 'write', code: 'ENOSPC', times: 2 })
  await told(world, 'stalled')
  expect(status(world).stalledMs).not.toBeNull()
  expect(world.events).toContainEqual(expect.objectContaining({ kind: 'stalled', reason: expect.stringContaining('No room is left') }))
  await told(world, 'recovered')
  expect(status(world).stalledMs).toBeNull()
  await world.settle()
  expect(await world.results()).toEqual(['1: 1 0 10000 1 1'])
  await world.close()
})

it('a job without work is not stalled', async () => {
  const world = new World()
  await world.open({ stalledAfterMs: 20 })
  await world.start()
  await world.send([[1, 1, 1]])
  await world.settle()
  await new Promise((resolve) => setTimeout(resolve, 80))
  expect(world.events).toEqual([])
  await world.close()
})

/** As no check of plans would let it pass: a fault whenever a run of it opens. */
const faulty: Plan = { ...sums, operators: sums.operators.map((one) => (one.kind === 'aggregate' ? { ...one, input: 'nothing' } : one)) }

it('between runs that end without getting anywhere the time doubles, then the job is given up', async () => {
  const world = new World()
  await world.open({ restartMs: 20 })
  const beganMs = performance.now()
  await expect(world.start(faulty)).rejects.toThrow()
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(20 + 40 + 80 - 5)
  const { state, ended } = status(world)
  expect([state, ended.map(({ code }) => code)]).toEqual(['failed', new Array(6).fill('JOB_FAULT')])
  await world.close()
})

it('a job that waits to go on can be stopped at once', async () => {
  const world = new World()
  await world.open({ restartMs: 1_000_000 })
  const failing = expect(world.start(faulty)).resolves.toBeUndefined()
  while (world.events.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  await world.jobs.abandon()
  await failing
  expect(status(world).state).toBe('stopped')
})
