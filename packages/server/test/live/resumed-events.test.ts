import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventStream } from '../../src/live/following/event-stream.ts'
import { Encoders } from '../../src/live/reading/encoders.ts'
import { rawOutlet } from '../../src/live/reading/raw-outlet.ts'
import { EventReader } from './event-reader.ts'
import { type Reading, tenant, World } from './world.ts'

let world: World
let atSeconds = 0

/** Readings, results, late and dead ones, by turns: among the rows of each are gaps, and runs without any. */
async function someEntries(appends: number): Promise<void> {
  for (let append = 0; append < appends; append++) {
    atSeconds += 10
    const window: Reading[] = [
      [0, atSeconds, 60],
      [1, atSeconds, append % 2 === 0 ? 60 : 200],
    ]
    const late: Reading = [1, 0, 1]
    await world.send(append % 2 === 0 ? [...window, late, late] : window)
    await world.settle()
    if (append % 2 === 1) await world.sendDead([{ text: 'x' }, { text: 'y' }])
  }
}

/** Where the rows of a place stand in the log, as a page has them. */
async function positionsOf(path: string): Promise<number[]> {
  const page = await world.get(`${path}?limit=10000`, { accept: 'application/json' })
  return ((await page.json()) as { items: { $sequence: number }[] }).items.map(({ $sequence }) => $sequence)
}

/** A heartbeat comes when there is nothing more. */
async function sawAll(reader: EventReader): Promise<void> {
  await Promise.race([reader.until(() => reader.comments > 0), reader.ended])
}

function seen({ rows }: EventReader): readonly unknown[] {
  for (const { id, row } of rows) expect(row['$sequence']).toBe(id)
  return rows.map(({ id }) => id)
}

beforeEach(async () => {
  atSeconds = 0
  world = await World.openSmall({ heartbeatMs: 30, maxFollowersPerKey: 1000 })
  await world.run()
})
afterEach(() => world.close())

describe('events that go on', () => {
  it.each([
    '/v1/streams/readings/records',
    '/v1/streams/readings/dead-letters',
    '/v1/apps/sums/outputs/sums/records',
    '/v1/apps/sums/outputs/alerts/records',
    '/v1/apps/sums/late/aggregate-1/records',
  ])('behind any position are exactly those that stand behind it: %s', async (path) => {
    await someEntries(6)
    await world.log.maintain()
    await someEntries(4)
    const before = await positionsOf(path)
    const next = world.log.nextSequence(tenant)
    const readers = await Promise.all(Array.from({ length: next }, (_, last) => new EventReader(world.address + path, last).read()))
    await Promise.all(readers.map(sawAll))
    for (const [last, reader] of readers.entries()) expect(seen(reader)).toEqual(before.filter((position) => position > last))
    for (const reader of readers) reader.cut()
    await Promise.all(readers.map(({ ended }) => ended))

    // The heartbeat said where to go on, also to one who saw no row.
    await someEntries(4)
    const after = await positionsOf(path)
    expect(after.length).toBeGreaterThan(before.length)
    const again = await Promise.all(readers.map(({ lastId }) => new EventReader(world.address + path, lastId).read()))
    await Promise.all(again.map(sawAll))
    for (const reader of again) expect(seen(reader)).toEqual(after.slice(before.length))
    for (const reader of again) reader.cut()
  })
})

/** Readings that are there are dropped, as far as whole files of the log go. */
async function retentionDrops(): Promise<void> {
  world.nowMs += 100_000
  await world.log.setRetention(tenant, 'readings', { maxAgeMs: 1000, maxBytes: null })
  await world.log.maintain()
  await world.log.setRetention(tenant, 'readings', { maxAgeMs: null, maxBytes: null })
}

async function someReadings(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await world.send([[i, 1, 1]])
}

describe('events that retention overtakes', () => {
  beforeEach(async () => {
    await world.close()
    // No app needs the readings.
    world = await World.openSmall({ heartbeatMs: 30 })
  })

  it.each([['begin'], ['the first position']])('from %s end at the gap', async (begin) => {
    await someReadings(30)
    const from = begin === 'begin' ? 0 : (world.log.stream(tenant, 'readings')?.firstSequence as number)
    const { signal } = new AbortController()
    const options = { log: world.log, encoders: new Encoders(), heartbeatMs: 30, isValid: () => true, signal }
    const events = eventStream({ ...options, outlet: rawOutlet(tenant, 'readings'), from, isClaim: from > 0 })
    const ids: number[] = []
    const last = (): number => world.log.stream(tenant, 'readings')?.lastSequence as number
    const take = async (): Promise<void> => {
      while (ids.at(-1) !== last()) {
        const { value, done } = await events.next()
        if (done === true) return
        ids.push(...Array.from(value.toString().matchAll(/id: (\d+)\ndata/g), ([, id]) => Number(id)))
      }
    }
    await take()
    expect(ids.length).toBe(30)
    // Nobody takes what comes now.
    await someReadings(60)
    await retentionDrops()
    await someReadings(10)
    await take()
    expect(ids.length).toBe(30)
    expect(await events.next()).toEqual({ value: undefined, done: true })
  })

  it('from a time begin with what is left, as pages do', async () => {
    const fromMs = world.nowMs
    await someReadings(1)
    // It stays, and is the first of that time.
    await world.sendDead([{ text: 'x' }])
    await someReadings(60)
    await retentionDrops()
    await someReadings(1)
    const left = await positionsOf('/v1/streams/readings/records')
    const reader = await new EventReader(`${world.address}/v1/streams/readings/live?fromMs=${fromMs}`).read()
    await sawAll(reader)
    expect(left.length).toBeLessThan(62)
    expect(seen(reader)).toEqual(left)
    reader.cut()
  })
})
