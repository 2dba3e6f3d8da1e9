import { markStream, outputStream, readMark } from '@millrace/jobs'
import { Random } from '@millrace/log/testing'
import { expect, it } from 'vitest'
import { sums } from './apps.ts'
import { tenant, World } from './world.ts'

/** Sends a reading a second, takes a snapshot after each of them. */
async function withSnapshots(world: World, from: number, to: number): Promise<void> {
  for (let second = from; second <= to; second++) {
    await world.send([[1, second, 1]])
    await world.settle()
    await world.jobs.snapshot(tenant, 'sums')
  }
}

/** Changes a byte in the middle of the newest snapshots. */
async function damage(world: World, count: number): Promise<void> {
  const files = [...world.disk.files()].filter(([path]) => path.endsWith('.snapshot')).sort()
  for (const [path, bytes] of files.slice(-count)) {
    const file = await world.disk.open(path, 'write')
    await file.write([Uint8Array.of((bytes[40] as number) ^ 1)], 40)
    await file.close()
  }
}

it('a damaged snapshot falls back to the one before it, and says so', async () => {
  const world = new World()
  await world.open()
  await world.start()
  await withSnapshots(world, 1, 3)
  await world.jobs.abandon()
  await world.log.close()
  await damage(world, 1)
  await world.open()
  await world.start()
  expect(world.events).toContainEqual(expect.objectContaining({ kind: 'snapshot-unusable', reason: expect.stringContaining('damaged') }))
  await world.send([[1, 11, 0]])
  await world.settle()
  expect(await world.results()).toEqual(['1: 1 0 10000 3 3'])
})

it('without any whole snapshot the job takes its input again while the log has it, without giving a result twice', async () => {
  const world = new World()
  await world.open()
  await world.start()
  await withSnapshots(world, 1, 3)
  await world.send([[1, 11, 7]])
  await world.settle()
  await world.jobs.abandon()
  await world.log.close()
  await damage(world, 2)
  await world.open()
  await world.start()
  await world.send([[1, 21, 0]])
  await world.settle()
  expect(await world.results()).toEqual(['1: 1 0 10000 3 3', '1: 1 10000 20000 1 7'])
})

it('a job whose state goes over its quota is stopped by a clear error and keeps its results', async () => {
  const world = new World()
  await world.open()
  await world.start(sums, { quota: { keys: 1000 } })
  await world.send([
    [1, 1, 1],
    [1, 11, 1],
  ])
  await world.settle()
  const many = Array.from({ length: 60_000 }, (_, sensor): readonly [number, number, number] => [sensor, 12, 1])
  await world.send(many)
  for (let at = 13; world.jobs.status(tenant, 'sums').state === 'running' && at < 60; at++) await world.send(many).then(() => world.settle().catch(() => {}))
  const { state, ended } = world.jobs.status(tenant, 'sums')
  expect({ state, code: ended.at(-1)?.code }).toEqual({ state: 'failed', code: 'JOB_QUOTA_KEYS' })
  expect(await world.results()).toEqual(['1: 1 0 10000 1 1'])
  await world.start(sums, { quota: { keys: 1_000_000 } })
  await world.settle()
  expect(world.jobs.status(tenant, 'sums').state).toBe('running')
})

it('a thread that ends takes no job with it: they go on from their snapshots on another', async () => {
  const world = new World()
  await world.open({ workers: 1 })
  await world.start()
  await world.send([[1, 1, 1]])
  await world.settle()
  await world.jobs.snapshot(tenant, 'sums')
  await world.send([
    [1, 2, 1],
    [1, 11, 7],
  ])
  await world.settle()
  await world.jobs.restartThread(0)
  await world.send([[1, 21, 0]])
  await world.settle()
  expect(await world.results()).toEqual(['1: 1 0 10000 2 2', '1: 1 10000 20000 1 7'])
  expect(world.jobs.status(tenant, 'sums').ended.map(({ code }) => code)).toEqual(['JOB_THREAD_ENDED'])
  await world.close()
})

it('results wait for room on the disk and hold up nothing else', async () => {
  const world = new World()
  await world.open()
  await world.start()
  await world.send([[1, 1, 1]])
  await world.settle()
  await world.send([[1, 11, 1]])
  world.disk.fail({ kind: 'write', code: 'ENOSPC', times: 1 })
  await world.settle()
  expect(await world.results()).toEqual(['1: 1 0 10000 1 1'])
})

it('what one entry causes may be more than one append: ended amidst it, the rest comes once', async () => {
  const world = new World()
  await world.open()
  await world.start()
  const sensors = 100_000
  await world.send(Array.from({ length: sensors }, (_, sensor) => [sensor, 1, 1]))
  await world.settle()
  await world.jobs.snapshot(tenant, 'sums')
  const reader = world.log.reader({ tenant, streams: [outputStream('sums', 'sums')] })
  await world.send([[0, 11, 1]])
  await reader.wait()
  await world.jobs.abandon()
  await world.log.close()
  await world.open()
  const mark = await world.log.last(tenant, markStream('sums'))
  expect(mark === null ? null : readMark(mark).ahead?.rows['sums/sums']).toBeGreaterThan(0)
  await world.start()
  await world.settle()
  const results = await world.results()
  expect(results.length).toBe(sensors)
  expect(new Set(results).size).toBe(sensors)
})

it('what is handed over at once goes to the log in appends of about a mebibyte: after a loss of power between any of them all results are there, once, in their order', async () => {
  const sensors = 12_000
  const seen: (readonly string[])[] = []
  /** Commits of the results, where nothing is lost. */
  let commits = 0
  for (const crashAt of [0, 2, 3]) {
    const world = new World()
    await world.open({ handOverRows: 65_536 }, { committed: () => commits++ })
    await world.start()
    await world.send(Array.from({ length: sensors }, (_, sensor) => [sensor, 1, 200]))
    await world.settle()
    let writes = 0
    if (crashAt > 0) world.disk.crashAt(({ kind, path }) => kind === 'write' && path.endsWith('.journal') && ++writes > crashAt)
    else commits = 0
    // A sum and an alert of each sensor.
    const ended = world.send([[0, 11, 1]]).then(() => world.settle())
    ended.catch(() => {})
    await Promise.race([ended, world.disk.crashed])
    if (crashAt === 0) expect(commits).toBeGreaterThanOrEqual(4)
    await world.jobs.abandon()
    world.disk = world.disk.powerLoss(new Random(crashAt))
    await world.open()
    await world.start()
    await world.send([[0, 12, 1]])
    await world.settle()
    seen.push([...(await world.results()), ...(await world.results('alerts'))])
    await world.close()
  }
  expect(new Set(seen[0]).size).toBe(2 * sensors)
  for (const results of seen) expect(results).toEqual(seen[0])
})
