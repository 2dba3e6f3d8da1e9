import { describe, expect, test } from 'vitest'
import type { ChunkKind, LogEvent, LogOptions, NewChunk } from '../index.ts'
import { type Log, openLog } from '../index.ts'
import { Random, SimulatedDisk } from '../testing/index.ts'

const directory = '/log'
const tenant = 'Tenant'
const streams = ['readings', 'Alarms', 'clock']
const tiny = { journalBytes: 2_000, maxJournals: 2, tailBytes: 0 } as const

/** Payloads here are a byte a row, so joining is putting them one behind the other. */
const join = (payloads: readonly Uint8Array[]): Uint8Array => Buffer.concat(payloads)

interface World {
  readonly disk: SimulatedDisk
  readonly log: Log
  readonly events: LogEvent[]
}

async function open(disk: SimulatedDisk, options: Partial<LogOptions> = {}): Promise<World> {
  const events: LogEvent[] = []
  const log = await openLog({ directory, files: disk, clock: () => 1_000, join, report: (event) => events.push(event), ...tiny, ...options })
  return { disk, log, events }
}

function chunk(stream: string, rows: number, byte: number, kind: ChunkKind = 'batch'): NewChunk {
  return { stream, kind, rows, schema: 1, payload: new Uint8Array(rows).fill(byte) }
}

function randomChunks(random: Random): NewChunk[] {
  return Array.from({ length: random.between(1, 3) }, () => {
    const stream = random.pick(streams)
    return stream === 'clock' ? { ...chunk(stream, 1, 0, 'tick'), payload: new Uint8Array(0) } : chunk(stream, random.between(1, 40), random.below(256))
  })
}

/** Rows as text: stream, sequence, time, byte. */
async function rows(log: Log, of: readonly string[] = streams, from = 0): Promise<string[]> {
  const reader = log.reader({ tenant, streams: of, from })
  const found: string[] = []
  for (let pieces = await reader.read(500); pieces.length > 0; pieces = await reader.read(500)) {
    for (const piece of pieces) {
      const { runs, stream, payload } = piece.chunk
      let row = 0
      for (let run = 0; run < runs.count; run++)
        for (let i = 0; i < (runs.rows[run] as number); i++, row++)
          if (row >= piece.from && row < piece.to) found.push([stream, (runs.sequence[run] as number) + i, runs.ingestionMs[run], payload[row]].join())
    }
  }
  reader.close()
  return found
}

function segmentsOf({ disk }: World): string[] {
  return [...disk.files().keys()].filter((path) => path.startsWith(`${directory}/segments/`)).sort()
}

function expectNoOrphans({ disk }: World): void {
  const manifest = Buffer.from(disk.files().get(`${directory}/manifest`) as Uint8Array).toString()
  for (const path of disk.files().keys()) {
    const file = path.split('/segments/')[1]
    if (file !== undefined) expect(manifest).toContain(JSON.stringify(file))
  }
}

/** The journals but the newest are closed. */
async function fill(log: Log, random: Random, appends: number): Promise<void> {
  for (let i = 0; i < appends; i++) await log.append({ tenant, chunks: randomChunks(random) })
}

/** Few rows of many bytes, so that segments are not tiny. */
async function fillLarge(log: Log, appends: number): Promise<void> {
  for (let i = 0; i < appends; i++) {
    const large = { ...chunk('readings', 2, 0, 'bytes'), payload: new Uint8Array(3_000).fill(i) }
    await log.append({ tenant, chunks: [large, chunk('Alarms', 3, i)] })
  }
}

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

describe('retention', () => {
  test('drops the oldest, moves the first sequence, and what went stays away', async () => {
    const world = await open(new SimulatedDisk())
    await world.log.setRetention(tenant, 'readings', { maxAgeMs: null, maxBytes: 3_000 })
    for (let i = 0; i < 400; i++) {
      await world.log.append({ tenant, chunks: [chunk('readings', 100, i & 255), chunk('Alarms', 1, 1)] })
      if (i % 40 === 0) await world.log.maintain()
    }
    await world.log.maintain()
    const check = async (log: Log): Promise<void> => {
      const [alarms, readings] = log.streams(tenant).toSorted((a, b) => (a.stream < b.stream ? -1 : 1))
      expect(alarms?.rows).toBe(400)
      expect(readings?.firstSequence).toBeGreaterThan(30_000)
      expect(readings?.rows).toBeGreaterThan(100)
      expect([alarms?.droppedUpTo, (readings?.droppedUpTo ?? 0) < (readings?.firstSequence ?? 0)]).toEqual([0, true])
      expect(readings?.droppedUpTo).toBeGreaterThan(30_000 - 200)
      const found = await rows(log, ['readings'])
      expect(found.length).toBe(readings?.rows)
      expect(found[0]?.split(',')[1]).toBe(String(readings?.firstSequence))
    }
    await check(world.log)
    await world.log.close()
    const again = await open(world.disk)
    await check(again.log)
    await again.log.close()
  })

  test('counts the records that went, not the entries of the clock, through a restart', async () => {
    const world = await open(new SimulatedDisk())
    await world.log.setRetention(tenant, 'readings', { maxAgeMs: null, maxBytes: 1_000 })
    const paused = { ...chunk('readings', 1, 0, 'paused'), payload: new Uint8Array(0) }
    for (let i = 0; i < 100; i++) {
      await world.log.append({ tenant, chunks: [chunk('readings', 100, 0), paused, chunk('Alarms', 1, 1)] })
      if (i % 20 === 0) await world.log.maintain()
    }
    const check = (log: Log): void => {
      const { rows = 0, records = 0, droppedRecords = 0 } = log.stream(tenant, 'readings') ?? {}
      expect(records + droppedRecords).toBe(10_000)
      // The oldest that is left may be an entry of the clock.
      expect([records / 100, records / 100 + 1]).toContain(rows - records)
      expect(droppedRecords).toBeGreaterThan(5_000)
      expect(log.stream(tenant, 'Alarms')).toMatchObject({ rows: 100, records: 100, droppedRecords: 0 })
    }
    check(world.log)
    await world.log.close()
    const again = await open(world.disk)
    check(again.log)
    await again.log.close()
  })

  test('keeps of a stream of marks the newest, in memory of a few hundred bytes', async () => {
    const world = await open(new SimulatedDisk())
    await world.log.setRetention(tenant, 'marks', { maxAgeMs: null, maxBytes: null, lastOnly: true })
    for (let i = 0; i < 300; i++) {
      await world.log.append({ tenant, chunks: [chunk('marks', 1, i & 255, 'mark'), chunk('readings', 40, 0)] })
      if (i % 50 === 0) await world.log.maintain()
    }
    await world.log.maintain()
    expect((await world.log.last(tenant, 'marks'))?.payload[0]).toBe(299 & 255)
    expect((await rows(world.log, ['marks'])).length).toBeLessThan(40)
    await world.log.close()
    const again = await open(world.disk)
    expect((await again.log.last(tenant, 'marks'))?.payload[0]).toBe(299 & 255)
    await again.log.close()
  })

  test('stops at a pin, through a restart, until the pin goes or holds too much', async () => {
    let nowMs = 1_000
    const options = { clock: () => nowMs }
    const first = await open(new SimulatedDisk(), options)
    await first.log.setRetention(tenant, 'readings', { maxAgeMs: 0, maxBytes: null })
    await first.log.pin({ tenant, name: 'job', streams: ['readings'], sequence: 501, maxAgeMs: 10_000, maxBytes: 1e9 })
    for (let i = 0; i < 100; i++) await first.log.append({ tenant, chunks: [chunk('readings', 10, 0)] })
    await first.log.close()
    const world = await open(first.disk, options)
    nowMs = 2_000
    await world.log.maintain()
    expect(world.log.streams(tenant)[0]?.firstSequence).toBeLessThanOrEqual(501)
    expect((await rows(world.log, ['readings'], 501)).length).toBe(500)
    expect(world.log.pins(tenant)).toMatchObject([{ name: 'job', sequence: 501 }])
    nowMs = 12_000
    await world.log.maintain()
    expect(world.events).toEqual([{ kind: 'pin-expired', tenant, name: 'job', reason: 'age' }])
    expect(world.log.pins(tenant)).toEqual([])
    expect(await rows(world.log, ['readings'])).toEqual([])
    await world.log.close()
  })

  test('by age goes before it is much older than allowed, however little comes', async () => {
    let nowMs = 0
    const world = await open(new SimulatedDisk(), { clock: () => nowMs, maxJournals: 0 })
    await world.log.setRetention(tenant, 'readings', { maxAgeMs: 4_000, maxBytes: null })
    for (; nowMs < 40_000; nowMs += 100) {
      await world.log.append({ tenant, chunks: [chunk('readings', 1, 0), { ...chunk('Alarms', 1, 0, 'bytes'), payload: new Uint8Array(500) }] })
      await world.log.maintain()
      const [first] = await rows(world.log, ['readings'])
      expect(nowMs - Number(first?.split(',')[2])).toBeLessThan(4_000 * 1.25 + 600)
    }
    await world.log.close()
  })

  test('and pins that could not be made durable are not in force', async () => {
    const world = await open(new SimulatedDisk())
    const pin = { tenant, name: 'job', streams: ['readings'], sequence: 100, maxAgeMs: 1e9, maxBytes: 1e9 }
    await world.log.pin(pin)
    world.disk.capacityBytes = world.disk.usedBytes
    await expect(world.log.pin({ ...pin, sequence: 50 })).rejects.toThrow()
    await expect(world.log.pin({ ...pin, name: 'other' })).rejects.toThrow()
    await expect(world.log.unpin(tenant, 'job')).rejects.toThrow()
    world.disk.heal()
    expect(world.log.pins(tenant)).toMatchObject([{ name: 'job', sequence: 100 }])
    await world.log.pin({ ...pin, sequence: 120 })
    await world.log.close()
    const again = await open(world.disk)
    expect(again.log.pins(tenant)).toMatchObject([{ name: 'job', sequence: 120 }])
    await again.log.close()
  })

  test('a pin that holds more than it may goes, and says so', async () => {
    let nowMs = 1_000
    const world = await open(new SimulatedDisk(), { clock: () => nowMs })
    await world.log.setRetention(tenant, 'readings', { maxAgeMs: 100, maxBytes: null })
    await world.log.pin({ tenant, name: 'sink', streams: ['readings'], sequence: 1, maxAgeMs: 1e9, maxBytes: 1_000 })
    for (let i = 0; i < 100; i++) await world.log.append({ tenant, chunks: [chunk('readings', 50, 0)] })
    await world.log.maintain()
    expect(world.log.pins(tenant).length).toBe(1)
    nowMs = 2_000
    await world.log.maintain()
    expect(world.events).toEqual([{ kind: 'pin-expired', tenant, name: 'sink', reason: 'bytes' }])
    await world.log.close()
  })
})

describe('erasing', () => {
  test('takes a stream with its files at once, for good, and gives no sequence anew', async () => {
    const world = await open(new SimulatedDisk())
    await fill(world.log, new Random(9), 100)
    await world.log.maintain()
    const next = world.log.nextSequence(tenant)
    const others = await rows(world.log, ['readings', 'clock'])
    await world.log.erase(tenant, 'Alarms')
    expect(await rows(world.log)).toEqual(others)
    expect(segmentsOf(world).filter((path) => path.includes('larms'))).toEqual([])
    await world.log.close()
    const again = await open(world.disk)
    expect(await rows(again.log)).toEqual(others)
    const { sequences } = await again.log.append({ tenant, chunks: [chunk('Alarms', 1, 77)] })
    expect(sequences).toEqual([next])
    await fill(again.log, new Random(10), 100)
    await again.log.maintain()
    expect((await rows(again.log, ['Alarms']))[0]).toBe(`Alarms,${next},1000,77`)
    await again.log.erase(tenant)
    expect(await rows(again.log)).toEqual([])
    expect(segmentsOf(again)).toEqual([])
    expect(again.log.nextSequence(tenant)).toBeGreaterThan(next)
    await again.log.close()
  })

  test('while it is rewritten takes it as well', async () => {
    const world = await open(new SimulatedDisk({ order: 'shuffled' }))
    for (let round = 0; round < 10; round++) {
      await fill(world.log, new Random(round), 40)
      const maintained = world.log.maintain()
      for (let i = 0; i < round * 4; i++) await new Promise((resolve) => setImmediate(resolve))
      await world.log.erase(tenant, 'readings')
      await maintained
      expect(await rows(world.log, ['readings'])).toEqual([])
    }
    await world.log.maintain()
    expect(segmentsOf(world).filter((path) => path.includes('readings'))).toEqual([])
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
