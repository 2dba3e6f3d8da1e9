import type { Settings } from '@millrace/server'
import type { World } from '../world.ts'
import { hot, lines, type Reading, readings } from './plans.ts'

/** Opens a world in which the tenant acme runs the app `hot`; answers the tenant's key. */
export function openWithHot(world: World, settings: Partial<Settings>): Promise<string> {
  return world.openWith(hot, readings, settings)
}

/** Resolves when `hot` has taken the readings. */
export async function sendToHot(world: World, key: string, read: readonly Reading[]): Promise<void> {
  await world.send(key, 'readings', lines(...read))
  await world.settled('acme', 'hot')
}
