import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BatchBuilder, encodeBatch, type Float64Builder, type Int32Builder, joinBatches } from '@millrace/columns'
import { Jobs } from '@millrace/jobs'
import { type Log, openLog } from '@millrace/log'
import { type Plan, type StreamNode, streamFields } from '@millrace/plan'
import { app, float64, int32, schema, seconds, stream, timestamp, tumbling } from '@millrace/sdk'
import { afterEach, expect, test } from 'vitest'
import type { Intake, IntakeReceipt } from '../../src/intake/intake.ts'
import { Metrics } from '../../src/metrics/metrics.ts'
import { type Family, readExposition } from './exposition.ts'

const readings = stream('readings', {
  schema: schema({ sensor: int32(), at: timestamp({ format: 'epoch-ms' }), value: float64() }),
  format: 'ndjson',
  time: 'at',
  watermark: { boundedOutOfOrderness: seconds(0) },
})
const sums: Plan = app('sums', {}, (from) => ({
  sums: from(readings)
    .keyBy('sensor')
    .window(tumbling(seconds(10)))
    .aggregate((reading, { sum }) => ({ sum: sum(reading.value) })),
})).plan
const node = sums.streams['readings'] as StreamNode

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
})

interface World {
  readonly log: Log
  readonly jobs: Jobs
  readonly metrics: Metrics
  nowMs: number
}

async function openWorld(names?: number): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-metrics-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  const world = { nowMs: 1_000_000 } as { -readonly [member in keyof World]: World[member] }
  world.log = await openLog({
    directory: join(folder, 'log'),
    clock: () => world.nowMs,
    join: joinBatches,
    appended: (append) => world.metrics.appended(append),
    committed: (commit) => world.metrics.committed(commit),
  })
  closers.push(() => world.log.close())
  world.jobs = new Jobs({ log: world.log, directory: join(folder, 'jobs'), workers: 0, live: false })
  closers.push(() => world.jobs.close())
  world.metrics = new Metrics({ log: world.log, jobs: world.jobs, names, lookEveryMs: 3_600_000 })
  closers.push(() => world.metrics.close())
  return world
}

/** Readings of one sensor at these times. */
async function send({ log }: World, atMs: readonly number[], tenant = 'acme', name = 'readings'): Promise<void> {
  const builder = new BatchBuilder(streamFields(node))
  const [sensor, at, value] = builder.columns as readonly [Int32Builder, Float64Builder, Float64Builder]
  for (const ms of atMs) {
    const row = builder.addRow()
    sensor.set(row, 7)
    at.set(row, ms)
    value.set(row, 1)
  }
  const payload = encodeBatch(builder.batch(), 0, atMs.length, { shared: true })
  await log.append({ tenant, chunks: [{ stream: name, kind: 'batch', rows: atMs.length, schema: 1, payload }] })
}

const look = async ({ metrics }: World): Promise<ReadonlyMap<string, Family>> => readExposition(await metrics.text())

function value(families: ReadonlyMap<string, Family>, name: string, labels: Readonly<Record<string, string>>): number | undefined {
  const family = families.get(name) ?? families.get(name.replace(/_(sum|count|bucket)$/, ''))
  return family?.samples.find((sample) => sample.name === name && Object.entries(labels).every(([label, is]) => sample.labels[label] === is))?.value
}

test('figures are what the log and the apps have', async () => {
  const world = await openWorld()
  await world.jobs.start({ tenant: 'acme', job: 'sums', plan: sums })
  await look(world)
  await send(world, [990_000, 991_000, 992_000])
  world.nowMs += 3000
  await send(world, [1_001_000, 989_000])
  await world.jobs.settle('acme', 'sums')
  const families = await look(world)
  const ofApp = { tenant: 'acme', app: 'sums' }
  expect(value(families, 'millrace_app_records_total', ofApp)).toBe(5)
  expect(value(families, 'millrace_app_results_total', ofApp)).toBe(1)
  expect(value(families, 'millrace_app_late_records_total', ofApp)).toBe(1)
  expect(value(families, 'millrace_app_open_windows', ofApp)).toBe(1)
  expect(value(families, 'millrace_app_lag_records', ofApp)).toBe(0)
  expect(value(families, 'millrace_app_watermark_delay_seconds', ofApp)).toBeCloseTo((1_003_000 - 1_001_000) / 1000, 2)
  expect(value(families, 'millrace_log_records', { tenant: 'acme', stream: 'readings' })).toBe(5)
  expect(value(families, 'millrace_log_records', { tenant: 'acme', stream: 'sums/sums' })).toBe(1)
  expect(value(families, 'millrace_apps', { state: 'running' })).toBe(1)
})

test('latencies go from event time and from ingestion to the result in the log', async () => {
  const world = await openWorld()
  await world.jobs.start({ tenant: 'acme', job: 'sums', plan: sums })
  await look(world)
  await send(world, [990_000])
  await send(world, [1_000_500])
  await world.jobs.settle('acme', 'sums')
  const ofApp = { tenant: 'acme', app: 'sums' }
  const families = await look(world)
  expect(value(families, 'millrace_result_latency_seconds_count', ofApp)).toBe(1)
  expect(value(families, 'millrace_result_latency_seconds_sum', ofApp)).toBe(0)
  expect(value(families, 'millrace_result_event_latency_seconds_count', ofApp)).toBe(1)
  // The window ended at 1,000,000 exclusive.
  expect(value(families, 'millrace_result_event_latency_seconds_sum', ofApp)).toBeCloseTo(0.001, 6)
})

test('an app that does not come along shows how long its oldest record waits, and none where it took all, whatever else is appended', async () => {
  const world = await openWorld()
  const many = Array.from({ length: 100_000 }, (_, at) => 990_000 + at)
  for (let appends = 0; appends < 4; appends++) await send(world, many)
  world.nowMs += 7000
  await send(world, many)
  await world.jobs.start({ tenant: 'acme', job: 'sums', plan: sums })
  const delay = async () => value(await look(world), 'millrace_app_queue_delay_seconds', { tenant: 'acme', app: 'sums' })
  expect(await delay()).toBe(7)
  await world.jobs.settle('acme', 'sums')
  expect(await delay()).toBe(0)
  await send(world, [990_000], 'acme', 'others')
  world.nowMs += 5000
  expect(await delay()).toBe(0)
})

test('what the log commits is shown: how long it took, how much it was, what is on the disk', async () => {
  const world = await openWorld()
  const count = async (name: string, labels = {}): Promise<number> => value(await look(world), name, labels) ?? Number.NaN
  const before = await count('millrace_log_commit_seconds_count')
  for (let at = 0; at < 5; at++) await send(world, [990_000 + at])
  const families = await look(world)
  const now = (name: string, labels = {}) => value(families, name, labels)
  expect(now('millrace_log_commit_seconds_count')).toBe(before + 5)
  expect(now('millrace_log_sync_seconds_count')).toBe(before + 5)
  expect(now('millrace_log_appends_total')).toBe(before + 5)
  expect(now('millrace_log_committed_bytes_total')).toBeGreaterThan(500)
  expect(now('millrace_log_disk_bytes', { kind: 'journal' })).toBe((now('millrace_log_committed_bytes_total') ?? 0) + 64)
  expect(now('millrace_log_files', { kind: 'journal' })).toBe(1)
  expect(now('millrace_log_waiting_bytes')).toBe(0)
})

test('a counter never falls, however often a job starts, and is that of all that was taken', async () => {
  const world = await openWorld()
  const ofApp = { tenant: 'acme', app: 'sums' }
  let before = 0
  for (let round = 1; round <= 3; round++) {
    await world.jobs.start({ tenant: 'acme', job: 'sums', plan: sums })
    await send(world, [990_000 + round])
    await world.jobs.settle('acme', 'sums')
    const now = value(await look(world), 'millrace_app_records_total', ofApp) ?? 0
    expect(now).toBe(round)
    expect(now).toBeGreaterThan(before)
    before = now
    await world.jobs.stop('acme', 'sums')
  }
})

test('only so many streams have a name, the most used; the rest is (other)', async () => {
  const world = await openWorld(2)
  for (const [name, rows] of [
    ['small', 1],
    ['large', 500],
    ['larger', 900],
    ['smallest', 1],
  ] as const)
    await send(
      world,
      Array.from({ length: rows }, () => 990_000),
      'acme',
      name,
    )
  const { samples } = (await look(world)).get('millrace_log_records') as Family
  expect(samples.map(({ labels, value }) => [labels['tenant'], labels['stream'], value]).sort()).toEqual([
    ['(other)', '(other)', 2],
    ['acme', 'large', 500],
    ['acme', 'larger', 900],
  ])
})

test('what passes the intake is counted, what fails too', async () => {
  const world = await openWorld()
  await send(world, [990_000])
  const receipt: IntakeReceipt = { accepted: 3, rejected: 1, repeated: 0, duplicate: false, sequences: [1, 3], rejections: [] }
  let fails = false
  const body = { push: async () => {}, abort: async () => {}, end: async () => (fails ? Promise.reject(new Error('full')) : receipt) }
  const intake: Intake = { open: () => body, message: async () => receipt, messages: async () => receipt, append: async () => receipt }
  const counted = world.metrics.counted(intake)
  const readingsOf = { tenant: 'acme', name: 'readings', version: 1, node }
  const opened = counted.open(readingsOf, {})
  await opened.push(new Uint8Array(100))
  await opened.end()
  await counted.message(readingsOf, new Uint8Array(10))
  fails = true
  await expect(counted.open(readingsOf, {}).end()).rejects.toThrow('full')
  const families = await look(world)
  const ofStream = { tenant: 'acme', stream: 'readings' }
  expect(value(families, 'millrace_intake_records_total', ofStream)).toBe(6)
  expect(value(families, 'millrace_intake_rejected_records_total', ofStream)).toBe(2)
  expect(value(families, 'millrace_intake_bytes_total', ofStream)).toBe(110)
  expect(value(families, 'millrace_intake_failed_bodies_total', ofStream)).toBe(1)
  expect(value(families, 'millrace_intake_commit_seconds_count', {})).toBe(2)
})

test('names keep to the rules: a counter ends with _total, units are base units, all have a help', async () => {
  const families = await look(await openWorld())
  for (const { name, type, help } of families.values()) {
    expect(help).not.toBe('')
    if (name.endsWith('_total')) expect(type, name).toBe('counter')
    if (!name.startsWith('millrace_')) continue
    expect(name.endsWith('_total'), name).toBe(type === 'counter')
    expect(name).not.toMatch(/_(ms|milliseconds|kb|mb|minutes)(_|$)/)
  }
})
