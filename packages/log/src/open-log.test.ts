import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { NewChunk } from './chunk.ts'
import type { Append, CommitFigures, Log, LogOptions } from './log.ts'
import { openLog } from './open-log.ts'
import { SimulatedDisk } from './testing/disk/simulated-disk.ts'

const chunk = (stream: string, rows = 1, payload = new Uint8Array(8)): NewChunk => ({ stream, kind: 'bytes', rows, schema: 0, payload })
const from = (id: string, sequence: number, tenant = 't'): Append => ({ tenant, chunks: [chunk('a', 2)], producer: { id, sequence } })
const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : error)
const refusal = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'accepted', codeOf)

function open(files: SimulatedDisk, options: Partial<LogOptions> = {}): Promise<Log> {
  return openLog({ directory: '/log', files, clock: () => 1000, ...options })
}

/** What `act` leaves, then the same after the log was opened anew. */
async function twice(files: SimulatedDisk, log: Log, check: (log: Log) => Promise<void>): Promise<void> {
  await check(log)
  await log.close()
  const again = await open(files)
  await check(again)
  await again.close()
}

describe('a log', () => {
  it('gives a tenant one order over its streams, and each tenant its own', async () => {
    const files = new SimulatedDisk()
    const log = await open(files)
    const receipts = await Promise.all([
      log.append({ tenant: 't', chunks: [chunk('a', 3), chunk('b', 2)] }),
      log.append({ tenant: '__proto__', chunks: [chunk('constructor')] }),
      log.append({ tenant: 't', chunks: [chunk('a')] }),
    ])
    expect(receipts.map(({ sequences }) => sequences)).toEqual([[1, 4], [1], [6]])
    await twice(files, log, async (opened) => {
      expect([...opened.tenants()].sort()).toEqual(['__proto__', 't'])
      expect([opened.nextSequence('t'), opened.nextSequence('__proto__'), opened.nextSequence('new')]).toEqual([7, 2, 1])
      expect(opened.streams('t')).toMatchObject([
        { stream: 'a', rows: 4, firstSequence: 1, lastSequence: 6, lastIngestionMs: 1000 },
        { stream: 'b', rows: 2, firstSequence: 4, lastSequence: 5 },
      ])
      expect((await opened.last('t', 'a'))?.runs.sequence).toEqual(Float64Array.of(6))
      expect(await opened.last('t', 'none')).toBeNull()
    })
  })

  it('commits together what waits', async () => {
    let writes = 0
    const files = new SimulatedDisk({ before: ({ kind, path }) => void (kind === 'write' && path.endsWith('.journal') && writes++) })
    const log = await open(files)
    writes = 0
    await Promise.all(Array.from({ length: 200 }, (_, tenant) => log.append({ tenant: `tenant ${tenant}`, chunks: [chunk('a')] })))
    expect(writes).toBeLessThanOrEqual(2)
    await log.close()
  })

  it('tells of every append in its order, before who appended hears of it, and of no duplicate', async () => {
    const told: number[] = []
    const log = await open(new SimulatedDisk(), { appended: (_append, { sequences }) => told.push(...sequences) })
    const first = log.append(from('p', 1))
    const others = [log.append(from('p', 1)), log.append({ tenant: 't', chunks: [chunk('a'), chunk('b')] })]
    await first
    expect(told[0]).toBe(1)
    await Promise.all(others)
    await log.append(from('p', 1))
    expect(told).toEqual([1, 3, 4])
    await log.close()
  })

  it('tells of every commit what it was and took, and what there is on the disk', async () => {
    const commits: CommitFigures[] = []
    const files = new SimulatedDisk()
    const log = await open(files, { committed: (commit) => commits.push(commit), journalBytes: 20_000, maxJournals: 0 })
    const big = new Uint8Array(3000)
    for (let appends = 0; appends < 12; appends++) await log.append({ tenant: 't', chunks: [chunk('a', 3, big)] })
    expect(commits.map(({ appends, rows }) => [appends, rows])).toEqual(Array.from({ length: 12 }, () => [1, 3]))
    for (const { bytes, tookMs, syncMs } of commits) {
      expect(bytes).toBeGreaterThan(3000)
      expect(tookMs).toBeGreaterThanOrEqual(syncMs)
      expect(syncMs).toBeGreaterThan(0)
    }
    await log.maintain()
    const sizes = (folder: string): readonly number[] => [...files.files()].filter(([path]) => path.startsWith(folder)).map(([, bytes]) => bytes.length)
    const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0)
    const { commit, journals, journalBytes, segments, segmentBytes, waitingBytes } = log.figures()
    expect([commit, waitingBytes]).toEqual([12, 0])
    expect([journals, journalBytes]).toEqual([sizes('/log/journals').length, sum(sizes('/log/journals'))])
    expect([segments, segmentBytes]).toEqual([sizes('/log/segments').length, sum(sizes('/log/segments'))])
    expect(segments).toBeGreaterThan(0)
    const waiting = log.append({ tenant: 't', chunks: [chunk('a', 1, big)] })
    expect(log.figures().waitingBytes).toBeGreaterThan(3000)
    await waiting
    await log.close()
  })

  it('commits the append of a tenant next, however much of another waits; times and order within a tenant are those of the calls', async () => {
    const commits: number[] = []
    let nowMs = 1000
    const files = new SimulatedDisk({ before: ({ kind, path }) => void (kind === 'write' && path.endsWith('.journal') && commits.push(nowMs)) })
    const log = await open(files, { clock: () => nowMs++ })
    const done: number[] = []
    const mebibyte = new Uint8Array(2 ** 20)
    const much = Array.from({ length: 20 }, async (_, at) => {
      const receipt = await log.append({ tenant: 'much', chunks: [chunk('a', 1, mebibyte)] })
      done.push(at)
      return receipt
    })
    await much[0]
    commits.length = 0
    await log.append({ tenant: 'little', chunks: [chunk('a')] })
    expect(commits.length).toBeLessThanOrEqual(2)
    expect(done.length).toBeLessThan(8)
    const receipts = await Promise.all(much)
    expect(receipts.map(({ sequences }) => sequences[0])).toEqual(receipts.map((_, at) => at + 1))
    const times = receipts.map(({ ingestionMs }) => ingestionMs)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(done).toEqual(done.toSorted((a, b) => a - b))
    const { lastMs } = log
    await log.close()
    const again = await open(files)
    expect(again.lastMs).toBe(lastMs)
    await again.close()
  })

  it('refuses a tenant that has more than its share of what may wait, not one that has little', async () => {
    const log = await open(new SimulatedDisk(), { maxWaitingBytes: 10_000 })
    const much = Array.from({ length: 30 }, () => refusal(log.append({ tenant: 'much', chunks: [chunk('a', 1, new Uint8Array(1000))] })))
    const little = Array.from({ length: 5 }, () => refusal(log.append({ tenant: 'little', chunks: [chunk('a')] })))
    expect(new Set(await Promise.all(much))).toEqual(new Set(['accepted', 'LOG_BUSY']))
    expect(await Promise.all(little)).toEqual(little.map(() => 'accepted'))
    await log.close()
  })

  it('refuses more than may wait, and accepts again afterwards', async () => {
    const log = await open(new SimulatedDisk(), { maxWaitingBytes: 1000 })
    const large = { tenant: 't', chunks: [chunk('a', 1, new Uint8Array(700))] }
    const first = log.append(large)
    expect(await refusal(log.append(large))).toBe('LOG_BUSY')
    await first
    expect((await log.append(large)).sequences).toEqual([2])
    await log.close()
    expect(await refusal(log.append(large))).toBe('LOG_CLOSED')
  })

  it('lets rows bring their log time, which never falls', async () => {
    const files = new SimulatedDisk()
    const log = await open(files, { clock: () => -8.64e15 })
    const timed = (...times: number[]): NewChunk => ({ ...chunk('a', times.length), ingestionMs: Float64Array.from(times) })
    expect((await log.append({ tenant: 't', chunks: [timed(-5, -5, 3), chunk('b'), timed(3, 9)] })).ingestionMs).toBe(9)
    expect(await refusal(log.append({ tenant: 't', chunks: [timed(8)] }))).toBe('LOG_APPEND')
    expect(await refusal(log.append({ tenant: 't', chunks: [timed(12, 11)] }))).toBe('LOG_APPEND')
    expect(await refusal(log.append({ tenant: 't', chunks: [{ ...timed(12), rows: 2 }] }))).toBe('LOG_APPEND')
    await twice(files, log, async (opened) => {
      const pieces = await opened.reader({ tenant: 't', streams: ['a', 'b'] }).read()
      expect(pieces.map((piece) => [...piece.chunk.runs.ingestionMs])).toEqual([[-5, 3], [3], [3, 9]])
      expect(pieces[0]?.chunk.runs.sequence).toEqual(Float64Array.of(1, 3))
      expect(opened.lastMs).toBe(9)
      expect(await Promise.all([-5, -4, 3, 4, 9, 10].map((ms) => opened.sequenceAt('t', ms)))).toEqual([1, 3, 3, 6, 6, 7])
    })
  })

  it('forgets what is erased, but gives no sequence twice', async () => {
    const files = new SimulatedDisk()
    const log = await open(files)
    await log.append(from('p', 1))
    await log.append({ tenant: 't', chunks: [chunk('b')] })
    await log.erase('t', 'a')
    expect(log.streams('t').map(({ stream }) => stream)).toEqual(['b'])
    await log.erase('t')
    expect((await log.append(from('p', 1))).duplicate).toBe(false)
    await twice(files, log, async (opened) => {
      expect(opened.streams('t')).toMatchObject([{ stream: 'a', rows: 2, firstSequence: 4 }])
      expect((await opened.append(from('p', 1))).duplicate).toBe(true)
    })
  })
})

describe('a producer', () => {
  it('is answered the first receipt when it repeats, also while the first append waits, and after a restart', async () => {
    const files = new SimulatedDisk()
    const log = await open(files)
    const [first, second] = await Promise.all([log.append(from('p', 1)), log.append(from('p', 1))])
    expect([first, second]).toEqual([
      { sequences: [1], ingestionMs: 1000, duplicate: false },
      { sequences: [1], ingestionMs: 1000, duplicate: true },
    ])
    await twice(files, log, async (opened) => {
      expect(await opened.append(from('p', 1))).toEqual(second)
      expect([opened.producerSequence('t', 'p'), opened.producerSequence('t', 'q'), opened.nextSequence('t')]).toEqual([1, null, 3])
    })
  })

  it('is known after all its journals are gone', async () => {
    const files = new SimulatedDisk()
    let log = await open(files, { maxJournals: 0 })
    for (let sequence = 1; sequence <= 200; sequence++) await log.append(from('p', sequence))
    for (let opens = 0; opens < 3; opens++) {
      await log.close()
      log = await open(files, { maxJournals: 0 })
      await log.maintain()
    }
    expect([...files.files().keys()].filter((path) => path.includes('producers-'))).toHaveLength(1)
    expect(await log.append(from('p', 200))).toMatchObject({ sequences: [399], duplicate: true })
    expect(await log.append(from('p', 73))).toMatchObject({ sequences: [145], duplicate: true })
    expect(await refusal(log.append(from('p', 72)))).toBe('LOG_PRODUCER_SEQUENCE_TOO_OLD')
    expect((await log.append(from('q', 72))).duplicate).toBe(false)
    await log.close()
  })

  it('can send again what was refused', async () => {
    const files = new SimulatedDisk()
    const log = await open(files)
    files.fail({ kind: 'write', code: 'ENOSPC' })
    const both = [log.append(from('p', 1)), log.append(from('p', 1))]
    expect(await Promise.all(both.map(refusal))).toEqual(['LOG_DISK_FULL', 'LOG_DISK_FULL'])
    expect(await log.append(from('p', 1))).toEqual({ sequences: [1], ingestionMs: 1000, duplicate: false })
    await log.close()
  })
})

describe('a folder', () => {
  it('has one log open at a time, also within a process', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-log-'))
    const log = await openLog({ directory })
    expect(readFileSync(join(directory, 'lock.holder'), 'utf8')).toBe(`process ${process.pid}`)
    expect(await refusal(openLog({ directory: join(directory, '.') }))).toBe('LOG_LOCKED')
    await log.close()
    await (await openLog({ directory })).close()
    rmSync(directory, { recursive: true })
  })

  it('with journals but no manifest is not taken for a new log', async () => {
    const files = new SimulatedDisk()
    const log = await open(files)
    await log.append(from('p', 1))
    await log.close()
    await files.remove('/log/manifest')
    expect(await refusal(open(files))).toBe('LOG_DAMAGED')
  })
})
