import { Random } from '@millrace/log/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EventReader } from './event-reader.ts'
import { type Reading, World } from './world.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
const random = new Random(seed)

let world: World
beforeEach(async () => {
  world = await World.open({ heartbeatMs: 30, maxFollowersPerKey: 3 })
})
afterEach(() => world.close())

const url = (path = '/v1/streams/readings/records'): string => world.address + path

function someReadings(): Reading[] {
  return Array.from({ length: random.between(1, 30) }, () => [random.below(1000), random.below(1000), random.below(1000)])
}

/** What the log holds, by position. */
async function inLog(): Promise<Record<string, unknown>[]> {
  const page = await world.get('/v1/streams/readings/records?limit=10000', { accept: 'application/json' })
  return ((await page.json()) as { items: Record<string, unknown>[] }).items
}

describe(`server-sent events (seed ${seed})`, () => {
  it('bring every record once and in order, wherever the connection is cut', async () => {
    const seen: Record<string, unknown>[] = []
    let lastId: number | null = null
    let sent = 0
    let sending = true
    const sender = (async () => {
      for (let appends = 0; appends < 150; appends++) {
        const readings = someReadings()
        await world.send(readings)
        sent += readings.length
        if (random.chance(0.05))
          await world.log.append({ tenant: 'acme', chunks: [{ stream: 'readings', kind: 'tick', rows: 1, schema: 0, payload: new Uint8Array(0) }] })
        await new Promise((resolve) => setImmediate(resolve))
      }
      sending = false
    })()
    while (sending || seen.length < sent) {
      const reader: EventReader = await new EventReader(url(), lastId).read()
      const wanted = sending ? random.between(0, 200) : sent - seen.length
      await reader.until(() => reader.rows.length >= wanted || (!sending && seen.length + reader.rows.length >= sent))
      reader.cut()
      await reader.ended
      seen.push(...reader.rows.map(({ row }) => row))
      lastId = reader.lastId
      for (const { id, row } of reader.rows) expect(row['$sequence']).toBe(id)
    }
    await sender
    expect(seen).toEqual(await inLog())
    expect(seen.length).toBe(sent)
  })

  it('of results are the rows of the log as the job appends them', async () => {
    const reader = await new EventReader(url('/v1/apps/sums/outputs/sums/live')).read()
    await world.run()
    for (let at = 0; at < 100; at += 5) {
      await world.send([[1, at, at]])
      await world.settle()
    }
    await reader.until(() => reader.rows.length === 9)
    const page = await world.get('/v1/apps/sums/outputs/sums/records', { accept: 'application/json' })
    expect(reader.rows.map(({ row }) => row)).toEqual(((await page.json()) as { items: unknown[] }).items)
    reader.cut()
  })

  it('begin where it is said, and a reader that saw nothing goes on where it stood', async () => {
    await world.send([[1, 1, 1]])
    const first = await new EventReader(url('/v1/streams/readings/live?from=now')).read()
    await first.until(() => first.comments >= 2)
    expect([first.rows, first.lastId]).toEqual([[], 1])
    first.cut()
    await first.ended
    await world.send([[2, 2, 2]])
    const second = await new EventReader(url('/v1/streams/readings/live?from=now'), first.lastId).read()
    await second.until(() => second.rows.length > 0)
    expect(second.rows.map(({ row }) => row['sensor'])).toEqual([2])
    second.cut()
  })

  it('a key has so many of them and no more, until one ends', async () => {
    const readers = await Promise.all([1, 2, 3].map(() => new EventReader(url()).read()))
    const refused = await world.get('/v1/streams/readings/live')
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'FOLLOWERS_TOO_MANY' }])
    expect((await world.get('/v1/streams/readings/records?waitMs=1')).status).toBe(429)
    expect((await world.get('/v1/streams/readings/records')).status).toBe(200)
    readers[0]?.cut()
    while ((await world.get('/v1/streams/readings/records?waitMs=1')).status === 429) await new Promise((resolve) => setImmediate(resolve))
    for (const reader of readers) reader.cut()
  })

  it('one that goes away before its position is found is not counted any more', async () => {
    const { log, http } = world
    const sequenceAt = log.sequenceAt.bind(log)
    for (let gone = 0; gone < 3; gone++) {
      const asked = Promise.withResolvers<void>()
      const cut = Promise.withResolvers<void>()
      // As long as a disk may take.
      log.sequenceAt = async (...at) => {
        asked.resolve()
        await cut.promise
        return sequenceAt(...at)
      }
      http.server.once('connection', (socket) => socket.once('close', () => setImmediate(cut.resolve)))
      const reader = new EventReader(url('/v1/streams/readings/live?fromMs=1'))
      await asked.promise
      reader.cut()
      await cut.promise
    }
    expect((await world.get('/v1/streams/readings/records?waitMs=1')).status).toBe(200)
  })

  it('end at once for a key that is no longer good', async () => {
    await world.close()
    let isValid = true
    world = await World.open({ heartbeatMs: 30, isValid: () => isValid })
    const reader = await new EventReader(url()).read()
    await reader.until(() => reader.comments > 0)
    isValid = false
    await world.send([[1, 1, 1]])
    await reader.ended
    expect(reader.rows).toEqual([])
  })

  it('end when the server does, without an error', async () => {
    const reader = await new EventReader(url()).read()
    await reader.until(() => reader.comments > 0)
    const waiting = world.get('/v1/streams/readings/records?waitMs=60000')
    await new Promise((resolve) => setTimeout(resolve, 30))
    await world.http.close()
    await reader.ended
    expect((await waiting).status).toBe(200)
  })

  it('a reader that does not read costs bounded memory, and is let go', async () => {
    await world.close()
    world = await World.open({ heartbeatMs: 30, stalledMs: 600 })
    const readings = Array.from({ length: 10_000 }, (_, at): Reading => [at, at, at])
    for (let appends = 0; appends < 20; appends++) await world.send(readings)
    const before = memory()
    const stalled = Array.from({ length: 20 }, () => new EventReader(url()))
    const answers = await Promise.all(stalled.map((reader) => reader.answered))
    for (const answer of answers) answer.pause()
    const ended = Promise.all(stalled.map((reader) => reader.ended))
    await new Promise((resolve) => setTimeout(resolve, 400))
    // All of it as events would be 20 MB for each of them.
    expect((memory() - before) / stalled.length).toBeLessThan(4e6)
    for (const answer of answers) answer.on('error', () => {})
    await new Promise((resolve) => setTimeout(resolve, 1000))
    for (const answer of answers) answer.resume()
    await ended
  })
})

function memory(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
