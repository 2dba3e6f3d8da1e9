import type { Log } from '@millrace/log'
import { Random, SimulatedDisk } from '@millrace/log/testing'
import { describe, expect, test } from 'vitest'
import { chunk, fill, open, rows, segmentsOf, tenant } from './world.ts'

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
