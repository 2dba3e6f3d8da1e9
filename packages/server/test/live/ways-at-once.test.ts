import { afterEach, expect, it } from 'vitest'
import { counts, readings } from '../plans.ts'
import { World } from '../world.ts'

const world = new World()
afterEach(() => world.end())

it('a way that is made and deleted at once is there with what it keeps, or nothing is left of it', async () => {
  const key = await world.openWith(counts, readings, { workers: 0, outgoingAllow: '127.0.0.1', folder: world.data })
  const { log } = world.platform.ground
  const body = { app: 'counts', output: 'counts' }
  const bodies = { webhooks: { ...body, url: 'http://127.0.0.1:1/' }, 'file-sinks': body }
  for (const [kind, made] of Object.entries(bodies)) {
    for (let times = 0; times < 10; times++) {
      const remove = () => world.ask('DELETE', `/v1/${kind}/out`, { key })
      await Promise.all([world.ask('POST', `/v1/${kind}/out`, { key, body: made }), remove(), remove()])
      const isThere = (await world.ask('GET', `/v1/${kind}/out`, { key })).status === 200
      const pins = log.pins('acme').filter(({ name }) => name.startsWith('$'))
      expect([kind, pins.length]).toEqual([kind, isThere ? 1 : 0])
      await remove()
    }
  }
})
