import { hot, lines, readings } from '../../packages/server/test/alerts/plans.ts'
import { World } from '../../packages/server/test/world.ts'
import type { Proof } from './proof.ts'

/** A start that takes longer is a failure: it is meant to be seconds, on a machine with nothing else to do. */
const mostSeconds = 60
const settings = { workers: 1, quotaApps: null } as const

/** A server that starts thousands of small apps over one stream, a job each. */
export const manyApps: Proof = {
  name: 'many-apps',
  title: 'small apps started with their server',
  count: 2000,
  async run(count) {
    const world = new World()
    const failures: string[] = []
    try {
      await world.open({ ...settings, durability: 'os' })
      const key = await world.tenant('acme')
      await deploy(world, key, count)
      const first = await restarted(world)
      await fired(world, key, count)
      const again = await restarted(world)
      const running = world.platform.ground.jobs.list().filter(({ state }) => state === 'running').length
      if (running !== count) failures.push(`${count - running} of ${count} apps do not run`)
      if (Math.max(first, again) > mostSeconds) failures.push(`the start took ${Math.max(first, again)} s`)
      const figures = [
        ['from start to ready, the first time, s', first.toFixed(1)],
        ['with state to go on from, s', again.toFixed(1)],
        ['memory of the process, MB', Math.round(process.memoryUsage().rss / 1e6)],
      ] as const
      return { lines: [['apps', count], ...figures, ['failures', failures.length]], failures }
    } finally {
      await world.end()
    }
  },
}

async function deploy(world: World, key: string, count: number): Promise<void> {
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
  const { apps } = world.platform.ground
  for (let at = 0; at < count; at++) {
    const name = `hot${at}`
    apps.deploy('acme', name, { plan: { ...hot, name }, params: { limit: at } })
    apps.want('acme', name, 'running')
  }
}

async function restarted(world: World): Promise<number> {
  await world.platform.close()
  const fromMs = performance.now()
  await world.open(settings)
  return (performance.now() - fromMs) / 1000
}

/** Resolves when a window fired in every app. */
async function fired(world: World, key: string, count: number): Promise<void> {
  await world.send(key, 'readings', lines([1, 'a', 1, 50], [1, 'a', 11, 5000]))
  for (let at = 0; at < count; at++) await world.settled('acme', `hot${at}`)
}
