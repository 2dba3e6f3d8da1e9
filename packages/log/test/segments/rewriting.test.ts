import { Random, SimulatedDisk } from '@millrace/log/testing'
import { describe, expect, test } from 'vitest'
import { chunk, expectNoOrphans, fill, fillLarge, open, randomChunks, rows, segmentsOf, streams, tenant, tiny, type World } from './world.ts'

describe('rewriting', () => {
  test('changes no row and no order, wherever a reader begins, also after a restart', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const random = new Random(seed)
    let world = await open(new SimulatedDisk({ seed, order: 'shuffled' }))
    let expected: string[] = []
    for (let round = 0; round < 12; round++) {
      await fill(world.log, random, 30)
      const maintained = world.log.maintain()
      expected = await rows(world.log)
      await maintained
      expect(await rows(world.log), `seed ${seed}`).toEqual(expected)
      const from = random.below(world.log.nextSequence(tenant))
      expect(await rows(world.log, ['Alarms', 'clock'], from)).toEqual(
        expected.filter((row) => !row.startsWith('readings') && Number(row.split(',')[1]) >= from),
      )
      if (!random.chance(0.3)) continue
      await world.log.close()
      world = await open(world.disk)
      expect(await rows(world.log)).toEqual(expected)
    }
    expect(expected.map((row) => Number(row.split(',')[1]))).toEqual(expected.map((_, i) => i + 1))
    expect(segmentsOf(world).length).toBeGreaterThan(0)
    expect(world.events).toEqual([])
    await world.log.close()
    expect(world.disk.openFiles).toBe(0)
  })

  test('a read that fails harms nothing: what is in journals is rewritten later, whole', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const random = new Random(seed)
    const world = await open(new SimulatedDisk({ seed }), { rewriteBytes: 300, maxJournals: 100 })
    for (let round = 0; round < 20; round++) {
      await fill(world.log, random, random.between(20, 120))
      const expected = await rows(world.log)
      world.disk.fail({ kind: 'read', path: /journal$/, nth: random.between(1, 6), code: 'EIO' })
      await world.log.maintain()
      world.disk.heal()
      expect(await rows(world.log), `seed ${seed}`).toEqual(expected)
      // Journals that held nothing else go.
      if (random.chance(0.5)) await world.log.erase(tenant, random.pick(streams))
      const left = await rows(world.log)
      await world.log.maintain()
      expect(await rows(world.log), `seed ${seed}`).toEqual(left)
    }
    expect(world.events.filter(({ kind }) => kind === 'damage')).toEqual([])
    expect(segmentsOf(world).length).toBeGreaterThan(0)
    await world.log.close()
  })

  test('one place that cannot be read holds up its own stream only', async () => {
    const world = await open(new SimulatedDisk(), { rewriteBytes: 300, maxJournals: 100 })
    await world.log.append({ tenant, chunks: [chunk('broken', 2_500, 1)] })
    // Each read of what is broken fails, also as a part of the whole journal.
    world.disk.fail({ kind: 'read', path: /0000000001.journal$/, times: Number.POSITIVE_INFINITY, code: 'EIO' })
    await fill(world.log, new Random(1), 300)
    for (let i = 0; i < 3; i++) await world.log.maintain()
    const rewritten = new Set(segmentsOf(world).map((path) => path.split('/')[4]))
    expect([...rewritten]).toEqual(['readings', '~41larms'])
    await world.log.close()
  })

  test('leaves few files and few journals, however much was appended', async () => {
    const world = await open(new SimulatedDisk())
    const random = new Random(7)
    for (let round = 0; round < 60; round++) {
      await fill(world.log, random, 15)
      await world.log.maintain()
    }
    const journals = [...world.disk.files().keys()].filter((path) => path.endsWith('.journal'))
    expect(journals.length).toBeLessThanOrEqual(tiny.maxJournals + 2)
    expect(segmentsOf(world).length).toBeLessThan(streams.length * 20)
    await world.log.close()
  })

  test('a reader goes on in what was replaced meanwhile', async () => {
    const world = await open(new SimulatedDisk())
    const random = new Random(3)
    await fill(world.log, random, 100)
    await world.log.maintain()
    const expected = await rows(world.log)
    const reader = world.log.reader({ tenant, streams })
    let count = 0
    for (let pieces = await reader.read(1); pieces.length > 0; pieces = await reader.read(1)) {
      for (const { from, to } of pieces) count += to - from
      if (count % 3 === 0) await fill(world.log, random, 3)
      if (count % 5 === 0) await world.log.maintain()
      if (count >= expected.length) break
    }
    expect(count).toBeGreaterThanOrEqual(expected.length)
    await world.log.close()
  })

  test('whatever operation a crash comes into, all is there, and what is no longer needed is removed at the next start', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const random = new Random(seed)
    const before = await open(new SimulatedDisk())
    // One more segment would be joined with these.
    while (segmentsOf(before).filter((path) => path.includes('/readings/')).length < 7) {
      await fillLarge(before.log, 9)
      await before.log.maintain()
    }
    await fillLarge(before.log, 9)
    const expected = await rows(before.log)
    await before.log.close()
    const files = before.disk.files()
    const start = async (): Promise<World> => {
      const disk = new SimulatedDisk()
      for (const [path, bytes] of files) disk.put(path, bytes)
      return open(disk)
    }
    const whole = await start()
    const first = whole.disk.operations
    await whole.log.maintain()
    const last = whole.disk.operations
    await whole.log.close()
    const left = new Set(segmentsOf(whole))
    expect([...files.keys()].filter((path) => path.endsWith('.segment') && !left.has(path)).length).toBeGreaterThan(0)
    for (let operation = first; operation < last; operation += random.between(1, 12)) {
      const world = await start()
      world.disk.crashAt(({ number }) => number === operation)
      await Promise.race([world.log.maintain(), world.disk.crashed])
      const left = await open(operation % 2 === 0 ? world.disk.powerLoss(random) : world.disk.processLoss(random))
      expect(await rows(left.log), `seed ${seed}`).toEqual(expected)
      await left.log.maintain()
      expect(await rows(left.log), `seed ${seed}`).toEqual(expected)
      await left.log.close()
      const again = await open(left.disk)
      await again.log.maintain()
      expectNoOrphans(again)
      const named = again.log.streams(tenant).reduce((sum, { rows }) => sum + rows, 0)
      expect(named).toBe(expected.length)
      await again.log.close()
    }
  })

  test('a disk that is full loses nothing, is told of, and is tried again', async () => {
    const world = await open(new SimulatedDisk())
    await fill(world.log, new Random(5), 60)
    const expected = await rows(world.log)
    world.disk.capacityBytes = world.disk.usedBytes + 500
    await world.log.maintain()
    expect(world.events.map(({ kind }) => kind)).toContain('background-failed')
    expect(await rows(world.log)).toEqual(expected)
    world.disk.heal()
    await world.log.maintain()
    expect(await rows(world.log)).toEqual(expected)
    expect(segmentsOf(world).filter((path) => path.endsWith('.new'))).toEqual([])
    expect(segmentsOf(world).length).toBeGreaterThan(0)
    await world.log.close()
  })
})

describe('damage', () => {
  test('in a segment is told of, stepped over and counted; the rows around it are read', async () => {
    const first = await open(new SimulatedDisk(), { join: undefined })
    for (let i = 0; i < 300; i++) await first.log.append({ tenant, chunks: [chunk('readings', 10, i & 255)] })
    await first.log.maintain()
    const expected = await rows(first.log)
    await first.log.close()
    const [path] = segmentsOf(first) as [string]
    const bytes = (first.disk.files().get(path) as Uint8Array).slice()
    bytes[64 + 2 * 192 + 130] = 255
    first.disk.put(path, bytes)
    const world = await open(first.disk)
    const reader = world.log.reader({ tenant, streams })
    let read = 0
    for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) for (const { from, to } of pieces) read += to - from
    expect([read, reader.missed]).toEqual([expected.length - 10, 10])
    const damage = world.events.filter(({ kind }) => kind === 'damage')
    expect(damage).toMatchObject([{ file: path, offset: 64 + 2 * 192, rows: 10 }])
    await world.log.maintain()
    expect(segmentsOf(world)).toContain(path)
    await world.log.close()
  })

  test('a missing segment is told of and stepped over', async () => {
    const first = await open(new SimulatedDisk())
    for (let i = 0; i < 300; i++) await first.log.append({ tenant, chunks: [chunk('readings', 10, 1)] })
    await first.log.maintain()
    await first.log.close()
    const [path] = segmentsOf(first) as [string]
    await first.disk.remove(path)
    const world = await open(first.disk)
    const reader = world.log.reader({ tenant, streams })
    let read = 0
    for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) for (const { from, to } of pieces) read += to - from
    expect(read + reader.missed).toBe(3000)
    expect(world.events).toMatchObject([{ kind: 'damage', file: path, offset: 0 }])
    await world.log.close()
  })
})

test('all who read the same rows share their memory', async () => {
  const first = await open(new SimulatedDisk())
  await fill(first.log, new Random(1), 100)
  await first.log.maintain()
  await first.log.close()
  const world = await open(first.disk)
  const [left, right] = [0, 1].map(() => world.log.reader({ tenant, streams: ['readings'] }))
  const seen = await Promise.all([left!.read(1), right!.read(1)])
  const [one, other] = seen.map(([piece]) => piece!.chunk.payload)
  expect(one!.buffer).toBeInstanceOf(SharedArrayBuffer)
  expect(other!.buffer).toBe(one!.buffer)
  await world.log.close()
})

test('the smallest sequence at a time is found in segments as in journals', async () => {
  let nowMs = 0
  const world = await open(new SimulatedDisk(), { clock: () => nowMs })
  const random = new Random(4)
  const times: number[] = []
  for (let i = 0; i < 200; i++) {
    nowMs += random.below(3)
    const chunks = randomChunks(random)
    await world.log.append({ tenant, chunks })
    for (let row = chunks.reduce((sum, { rows }) => sum + rows, 0); row > 0; row--) times.push(nowMs)
    if (i === 150) await world.log.maintain()
  }
  expect(segmentsOf(world).length).toBeGreaterThan(0)
  for (let ms = 0; ms <= nowMs + 1; ms++) {
    const found = times.findIndex((time) => time >= ms)
    expect(await world.log.sequenceAt(tenant, ms)).toBe(found < 0 ? times.length + 1 : found + 1)
  }
  await world.log.close()
})
