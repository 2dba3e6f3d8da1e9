import { Random } from '@millrace/log/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Encoders } from '../../src/live/reading/encoders.ts'
import type { Outlet } from '../../src/live/reading/outlet.ts'
import { outputOutlet } from '../../src/live/reading/output-outlet.ts'
import { readPage } from '../../src/live/reading/page.ts'
import { linesOf } from '../../src/live/reading/page-body.ts'
import { backoffMs } from '../../src/live/webhooks/backoff.ts'
import { deadBatchOutlet } from '../../src/live/webhooks/dead-batch.ts'
import type { Pace } from '../../src/live/webhooks/delivery.ts'
import { type Webhook, webhookDeadStream, webhookMarkStream } from '../../src/live/webhooks/webhook.ts'
import { Webhooks, type WebhooksOptions } from '../../src/live/webhooks/webhooks.ts'
import { Outgoing } from '../../src/outgoing/outgoing.ts'
import { Deployed } from './deployed.ts'
import { isSigned, Receiver } from './receiver.ts'
import { sums, tenant, World } from './world.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
const random = new Random(seed)

let world: World
let receiver: Receiver
let hook: Webhook
let webhooks: Webhooks
const pauses: number[] = []
/** Pauses are over at once. */
const pace: Pace = {
  now: () => 1_700_000_000_000,
  pause: async (ms) => {
    pauses.push(ms)
    await new Promise((resolve) => setImmediate(resolve))
  },
  random: () => 0,
}
const output = outputOutlet(tenant, sums, 'sums')
const open = (more: Partial<WebhooksOptions> = {}): Webhooks =>
  new Webhooks({ log: world.log, outgoing: new Outgoing({ allow: ['127.0.0.1'] }), pace, ...more })

beforeEach(async () => {
  pauses.length = 0
  world = await World.open()
  receiver = new Receiver()
  hook = { tenant, name: 'pager', app: 'sums', output: 'sums', url: await receiver.open(), secret: 'whs_1' }
  webhooks = open()
  await world.run()
})
afterEach(async () => {
  await webhooks.close()
  receiver.close()
  await world.close()
})

let atSeconds = 0
/** Some more results, one a window. */
async function results(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    atSeconds += 10
    await world.send([[1, atSeconds, i]])
  }
  await world.settle()
}

async function inLog(outlet: Outlet): Promise<Record<string, unknown>[]> {
  const page = await readPage(world.log, outlet, 0, false, { limit: 1e6, waitMs: 0, signal: new AbortController().signal, sameFields: false })
  const encoders = new Encoders()
  return page.parts.flatMap((part) => [...linesOf(part, 'ndjson', encoders, 1)].map((line) => JSON.parse(line.toString())))
}

describe(`webhooks (seed ${seed})`, () => {
  it('bring every result at least once and in order, whatever the receiver answers and however often they are stopped', async () => {
    let taken = 0
    const seen: unknown[] = []
    receiver.answer = ({ items }) => {
      if (random.chance(0.3)) return random.pick([500, 404, 302, 429])
      seen.push(...items)
      taken += items.length
      return 200
    }
    let last = 0
    for (let rounds = 0; rounds < 12; rounds++) {
      webhooks = open({ maxTries: 1000, maxRows: random.between(1, 9) })
      await webhooks.start(hook, output, 'begin')
      await results(random.between(1, 12))
      const stopAt = random.chance(0.5) ? taken + random.below(4) : 0
      const all = (await inLog(output)).at(-1)?.['$sequence'] ?? 0
      last = Number(all)
      await receiver.until(() => (stopAt > 0 && taken >= stopAt) || (receiver.received.at(-1)?.last ?? 0) >= last)
      await webhooks.close()
    }
    webhooks = open({ maxTries: 1000 })
    await webhooks.start(hook, output)
    while (webhooks.figures(tenant, 'pager').position <= last) await new Promise((resolve) => setImmediate(resolve))
    const wanted = await inLog(output)
    expect(wanted.length).toBeGreaterThan(10)
    const firsts = seen.filter((row, at) => seen.findIndex((other) => JSON.stringify(other) === JSON.stringify(row)) === at)
    expect(firsts).toEqual(wanted)
  })

  it('are signed, and say which delivery and which try they are', async () => {
    await webhooks.start(hook, output)
    receiver.answer = () => (receiver.received.length === 1 ? 503 : 200)
    await results(2)
    await receiver.until(() => receiver.received.length === 2)
    const [first, second] = receiver.received
    for (const received of receiver.received) expect(isSigned(received, 'whs_1')).toBe(true)
    expect(receiver.received.some((received) => isSigned(received, 'whs_2'))).toBe(false)
    expect([first?.headers['millrace-try'], second?.headers['millrace-try']]).toEqual(['1', '2'])
    expect(first?.headers['millrace-delivery']).toBe(second?.headers['millrace-delivery'])
    expect(JSON.parse(first?.body ?? '')).toMatchObject({ webhook: 'pager', app: 'sums', output: 'sums', items: [{ _id: expect.any(String), _revision: 0 }] })
  })

  it('that were not taken often enough are dead letters, and the next ones go on', async () => {
    webhooks = open({ maxTries: 3 })
    await webhooks.start(hook, output)
    receiver.answer = () => (receiver.received.length <= 3 ? 500 : 200)
    await results(2)
    await receiver.until(() => receiver.received.length === 3)
    while (webhooks.figures(tenant, 'pager').dead === 0) await new Promise((resolve) => setImmediate(resolve))
    const [dead] = await inLog(deadBatchOutlet(tenant, webhookDeadStream('pager')))
    expect(dead).toMatchObject({ rows: 1, tries: 3, reason: 'status 500: not now', body: receiver.received[0]?.body })
    await results(1)
    await receiver.until(() => receiver.received.length === 4)
    expect(receiver.received[3]?.first).toBeGreaterThan(receiver.received[0]?.last ?? 0)
    expect(pauses.slice(0, 2)).toEqual([500, 1000])
  })

  it('wait longer from try to try, by chance, and as long as they are asked to', () => {
    expect([1, 2, 3, 9, 10, 50].map((tries) => backoffMs(tries, 1, 0))).toEqual([1000, 2000, 4000, 256_000, 300_000, 300_000])
    expect([backoffMs(3, 0, 0), backoffMs(3, 0.5, 0)]).toEqual([2000, 3000])
    expect([backoffMs(1, 1, 20_000), backoffMs(1, 1, 1e9), backoffMs(10, 1, 5)]).toEqual([20_000, 300_000, 300_000])
  })

  it.each([
    ['20', 20_000],
    [new Date(pace.now() + 20_000).toUTCString(), 20_000],
    [new Date(pace.now() - 20_000).toUTCString(), 500],
    ['soon', 500],
  ])('that are asked to wait with Retry-After: %s do so', async (asked, waitedMs) => {
    await webhooks.start(hook, output)
    receiver.headers = { 'retry-after': asked }
    receiver.answer = () => (receiver.received.length === 1 ? 503 : 200)
    await results(2)
    await receiver.until(() => receiver.received.length === 2)
    expect(pauses[0]).toBe(waitedMs)
  })

  it('one that is slow holds up no other', async () => {
    const slow = new Receiver()
    slow.answer = () => null
    await webhooks.start({ ...hook, name: 'slow', url: await slow.open() }, output)
    await webhooks.start(hook, output)
    await results(3)
    await slow.until(() => slow.received.length > 0)
    await results(20)
    const last = Number((await inLog(output)).at(-1)?.['$sequence'])
    await receiver.until(() => receiver.received.at(-1)?.last === last)
    expect(webhooks.figures(tenant, 'slow')).toMatchObject({ delivered: 0 })
    slow.close()
  })

  it('begin with what comes next, which holds through a restart, and leave nothing when they are removed', async () => {
    await results(3)
    await webhooks.start(hook, output)
    await webhooks.close()
    await results(2)
    webhooks = open()
    await webhooks.start(hook, output)
    await receiver.until(() => receiver.received.flatMap(({ items }) => items).length === 2)
    expect(world.log.pins(tenant).map(({ name }) => name)).toContain('$webhooks/pager')
    await webhooks.remove(tenant, 'pager')
    expect(world.log.pins(tenant).map(({ name }) => name)).not.toContain('$webhooks/pager')
    expect(await world.log.last(tenant, webhookMarkStream('pager'))).toBeNull()
    expect(() => webhooks.figures(tenant, 'pager')).toThrow('no running webhook')
  })

  it('say which results retention took before they were delivered, also where nothing comes behind them', async () => {
    await world.close()
    world = await World.openSmall()
    await world.run()
    webhooks = open()
    await results(3)
    await webhooks.start(hook, output, 'begin')
    const last = Number((await inLog(output)).at(-1)?.['$sequence'])
    while (webhooks.figures(tenant, 'pager').position <= last) await new Promise((resolve) => setImmediate(resolve))
    await webhooks.close()
    await results(40)
    await world.dropAll(output.stream, '$webhooks/pager')
    webhooks = open({ waitMs: 1 })
    await webhooks.start(hook, output)
    while ((await inLog(deadBatchOutlet(tenant, webhookDeadStream('pager')))).length === 0) await new Promise((resolve) => setImmediate(resolve))
    const [dead] = await inLog(deadBatchOutlet(tenant, webhookDeadStream('pager')))
    expect(dead).toMatchObject({ first: last + 1, rows: 0, tries: 0, reason: 'retention dropped results before they were delivered' })
    const before = receiver.received.length
    await results(1)
    await receiver.until(() => receiver.received.length > before)
    expect(receiver.received.at(-1)?.first).toBeGreaterThan(Number(dead?.['last']))
    expect((await inLog(deadBatchOutlet(tenant, webhookDeadStream('pager')))).length).toBe(1)
  })

  it('wait while the app is deployed without their output, and go on where it has it again', async () => {
    const deployed = new Deployed()
    await results(3)
    await webhooks.start(hook, deployed.outlet, 'begin')
    await receiver.until(() => receiver.received.length > 0)
    deployed.plan = { ...sums, outputs: {} }
    await results(4)
    const figures = () => webhooks.figures(tenant, 'pager')
    while (figures().failing === null) await new Promise((resolve) => setImmediate(resolve))
    expect(figures()).toMatchObject({ ended: null, failing: { tries: 0, reason: expect.stringContaining('no output sums') } })
    deployed.plan = sums
    const last = Number((await inLog(output)).at(-1)?.['$sequence'])
    while (figures().position <= last) await new Promise((resolve) => setImmediate(resolve))
    expect(receiver.received.flatMap(({ items }) => items)).toEqual(await inLog(output))
    expect(figures()).toMatchObject({ ended: null, failing: null, dead: 0 })
  })
})
