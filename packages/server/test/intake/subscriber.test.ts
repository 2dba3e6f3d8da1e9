import { openLog } from '@millrace/log'
import { SimulatedDisk } from '@millrace/log/testing'
import { expect, it } from 'vitest'
import { Subscriber } from '../../src/gateways/mqtt/subscriber.ts'
import { TenantTopics } from '../../src/gateways/mqtt/tenant-topics.ts'
import { openIntake } from '../../src/intake/open-intake.ts'
import { Encoders } from '../../src/live/reading/encoders.ts'
import { Outlets } from '../../src/live/reading/outlets.ts'
import { bytesOf, lines, streamOf } from './ground.ts'

it('a subscriber that retention overtakes is ended, not lied to', async () => {
  let nowMs = 1_700_000_000_000
  const log = await openLog({
    directory: '/log',
    files: new SimulatedDisk(),
    clock: () => nowMs,
    journalBytes: 2000,
    maxJournals: 0,
    tailBytes: 1000,
    cacheBytes: 1000,
  })
  const intake = openIntake(log)
  const outlets = new Outlets({ find: (tenant, name) => streamOf(tenant, name) }, { plan: () => null }, { hasWebhook: () => false, hasSink: () => false })
  const topics = new TenantTopics({ state: () => '', streams: () => ['readings'], apps: () => [], outlets })
  const { promise: ended, resolve: end } = Promise.withResolvers<Error>()
  const { promise: writing, resolve: begun } = Promise.withResolvers<void>()
  const { promise: gate, resolve: goOn } = Promise.withResolvers<void>()
  const write = async (): Promise<void> => {
    begun()
    await gate
  }
  const how = { tenant: 't', encoders: new Encoders(), isValid: () => true, sent: () => {}, stalledMs: 60_000 }
  const subscriber = new Subscriber({ log, topics, write, end, ...how })
  subscriber.add('streams/readings', 0)
  await intake.message(streamOf(), bytesOf(lines(0, 10)))
  await writing
  for (let i = 0; i < 100; i++) await intake.message(streamOf(), bytesOf(lines(i * 50, 50)))
  nowMs += 100_000
  await log.setRetention('t', 'readings', { maxAgeMs: 1000, maxBytes: null })
  await log.maintain()
  goOn()
  expect(await ended).toMatchObject({ reason: 'slow', message: 'retention was faster than it' })
  await log.close()
}, 5000)
