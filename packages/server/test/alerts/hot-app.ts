import type { Settings } from '@millrace/server'
import type { World } from '../world.ts'
import { hot, lines, type Reading, readings } from './plans.ts'

/** Opens a world in which the tenant acme runs the app `hot`; answers the tenant's key. */
export async function openWithHot(world: World, settings: Partial<Settings>): Promise<string> {
  await world.open(settings)
  const key = await world.tenant('acme')
  await world.ask('PUT', '/v1/streams/readings', { key, body: { declaration: readings } })
  await world.ask('PUT', '/v1/apps/hot', { key, body: { plan: hot } })
  await world.ask('POST', '/v1/apps/hot/start', { key })
  return key
}

/** Resolves when `hot` has taken the readings. */
export async function sendToHot(world: World, key: string, read: readonly Reading[]): Promise<void> {
  await world.send(key, 'readings', lines(...read))
  await world.settled('acme', 'hot')
}
