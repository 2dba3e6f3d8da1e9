import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
  world = await World.open({ heartbeatMs: 30, maxFollowersPerKey: 1000 }, { journalBytes: 2000, maxJournals: 0 })
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
