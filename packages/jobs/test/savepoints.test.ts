import { expect, it } from 'vitest'
import { sums, sumsAndHighest, sumsOfMany } from './apps.ts'
import { tenant, World } from './world.ts'

it('a stopped job goes on with the window it was in', async () => {
  const world = new World()
  await world.open()
  await world.start()
  await world.send([[1, 1, 10]])
  await world.jobs.stop(tenant, 'sums')
  await world.send([
    [1, 2, 5],
    [1, 11, 1],
  ])
  await world.start()
  await world.settle()
  expect(await world.results()).toEqual(['1: 1 0 10000 2 15'])
})

it('an upgrade that keeps all state goes on in the epoch, one that drops some begins another', async () => {
  const world = new World()
  await world.open()
  await world.start()
  await world.send([[1, 1, 60]])
  await world.settle()
  await world.jobs.stop(tenant, 'sums')
  expect((await world.jobs.compare({ tenant, job: 'sums', plan: sumsOfMany })).map(({ fate }) => fate)).not.toContain('dropped')
  await world.start(sumsOfMany, { upgrade: true })
  await world.send([[1, 11, 60]])
  await world.settle()
  expect(await world.results('large')).toEqual(['1: 1 0 10000 1 60'])
  await world.jobs.stop(tenant, 'sums')
  const fates = await world.jobs.compare({ tenant, job: 'sums', plan: sumsAndHighest })
  expect(fates.find(({ fate }) => fate === 'dropped')?.reason).toMatch(/aggregates/)
  await world.start(sumsAndHighest, { upgrade: true })
  await world.send([
    [1, 12, 7],
    [1, 21, 0],
  ])
  await world.settle()
  expect(await world.results()).toEqual(['1: 1 0 10000 1 60', '2: 1 10000 20000 1 7 7'])
})

it('another plan is refused where nobody asked for an upgrade', async () => {
  const world = new World()
  await world.open()
  await world.start()
  await world.send([[1, 1, 60]])
  await world.settle()
  await world.jobs.stop(tenant, 'sums')
  await expect(world.start(sumsAndHighest)).rejects.toThrow('another plan')
})

it('a fresh start takes all input again, in a new epoch', async () => {
  const world = new World()
  await world.open()
  await world.start()
  await world.send([
    [1, 1, 1],
    [1, 11, 1],
  ])
  await world.settle()
  await world.jobs.stop(tenant, 'sums')
  await world.start(sums, { fresh: true })
  await world.settle()
  expect(await world.results()).toEqual(['1: 1 0 10000 1 1', '2: 1 0 10000 1 1'])
})

it('a job that starts with what comes next does not see what was there', async () => {
  const world = new World()
  await world.open()
  await world.send([[1, 1, 1]])
  await world.start(sums, { from: 'now' })
  await world.send([
    [1, 2, 5],
    [1, 11, 0],
  ])
  await world.settle()
  expect(await world.results()).toEqual(['1: 1 0 10000 1 5'])
})

it('a job goes back to a savepoint in a new epoch, as often as asked', async () => {
  const world = new World()
  await world.open()
  await world.start()
  await world.send([[1, 1, 1]])
  await world.settle()
  await world.jobs.stop(tenant, 'sums', { savepoint: 'before' })
  for (const epoch of [2, 3]) {
    await world.start(sums, { savepoint: 'before' })
    if (epoch === 2)
      await world.send([
        [1, 2, 5],
        [1, 11, 0],
      ])
    await world.settle()
    expect((await world.results()).at(-1)).toBe(`${epoch}: 1 0 10000 2 6`)
    await world.jobs.stop(tenant, 'sums')
  }
  expect(await world.jobs.savepoints(tenant, 'sums')).toEqual(['before'])
  await expect(world.start(sums, { savepoint: 'after' })).rejects.toMatchObject({ code: 'JOB_SAVEPOINT_UNKNOWN' })
})
