import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceClient } from '@millrace/api'
import { afterAll, expect, it } from 'vitest'
import { counts, lines, readings } from '../plans.ts'
import { World } from '../world.ts'

const world = new World()
afterAll(() => world.end())

it('a history that cannot be read hinders no app, and is shown', async () => {
  const key = await world.openWithTenant()
  const client = () => new MillraceClient({ url: world.platform.address, key })
  await client().declareStream('readings', { declaration: readings })
  await client().deployApp('counts', { plan: counts })
  await client().startApp('counts')
  await world.send(key, 'readings', lines([1, 1], [1, 21]))
  await world.settled('acme', 'counts')
  await world.platform.ground.history.history.write('acme')
  writeFileSync(join(world.data, 'history/acme/counts%2fcounts/manifest.json'), '{')
  await world.restart({ workers: 0 })
  await expect.poll(async () => (await client().getApp('counts')).history.failing).toContain('cannot be read')
  await world.send(key, 'readings', lines([1, 41], [1, 61]))
  await world.settled('acme', 'counts')
  expect(await client().getApp('counts')).toMatchObject({ state: 'running' })
  expect(world.rows('acme', 'counts', 'counts')).toBeGreaterThan(1)
})
