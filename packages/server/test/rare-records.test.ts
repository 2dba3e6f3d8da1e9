import type { StreamNode } from '@millrace/plan'
import { app, float64, hopping, int32, minutes, schema, seconds, stream, timestamp } from '@millrace/sdk'
import { afterEach, expect, it } from 'vitest'
import { World } from './world.ts'

const fields = schema({ sensor: int32(), at: timestamp({ format: 'epoch-ms' }), value: float64() })
const options = { format: 'ndjson', time: 'at', watermark: { boundedOutOfOrderness: seconds(0) }, idleTimeout: null } as const

/** Much work for each record: a result of each sensor every second. */
const hot = app('hot', {}, (from) => ({
  means: from(stream('readings', { schema: fields, ...options }))
    .keyBy('sensor')
    .window(hopping(minutes(10), seconds(1)))
    .aggregate((reading, { avg }) => ({ mean: avg(reading.value) })),
})).plan
const rare = app('rare', {}, (from) => ({
  alarms: from(stream('failures', { schema: fields, ...options }))
    .keyBy('sensor')
    .alert({ when: (failure) => failure.value > 0, severity: 'critical', message: (failure) => `sensor ${failure.sensor} failed` }),
})).plan

const world = new World()
afterEach(() => world.end())

it('rare records that have a stream of their own do not wait behind those of a hot sensor', async () => {
  const key = await world.openWith(hot, hot.streams['readings'] as StreamNode, {})
  await world.ask('PUT', '/v1/streams/failures', { key, body: { declaration: rare.streams['failures'] } })
  await world.ask('PUT', '/v1/apps/rare', { key, body: { plan: rare } })
  await world.ask('POST', '/v1/apps/rare/start', { key })
  for (let body = 0; body < 5; body++) {
    const readings = Array.from({ length: 20_000 }, (_, i) => `{"sensor":${i % 50},"at":${(body * 20_000 + i) * 100},"value":${i}}\n`)
    expect((await world.send(key, 'readings', readings.join(''))).status).toBe(200)
  }
  await world.send(key, 'failures', '{"sensor":1,"at":1000,"value":1}\n')
  const answer = await fetch(`${world.platform.address}/v1/apps/rare/outputs/alarms/records?waitMs=60000`, { headers: { authorization: `Bearer ${key}` } })
  expect(await answer.text()).toContain('sensor 1 failed')
  const before = world.rows('acme', 'hot', 'means')
  await world.settled('acme', 'hot')
  expect(world.rows('acme', 'hot', 'means')).toBeGreaterThan(before)
})
