import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Log, LogOptions } from '../log.ts'
import { openLog } from '../open-log.ts'
import { SimulatedDisk } from '../testing/disk/simulated-disk.ts'
import { Random } from '../testing/random.ts'

const seed = Math.floor(Math.random() * 2 ** 32)

function open(files: SimulatedDisk, directory = '/log', options: Partial<LogOptions> = {}): Promise<Log> {
  return openLog({ directory, files, clock: () => 1000, journalBytes: 4096, maxJournals: 2, ...options })
}

async function append(log: Log, tenant: string, sequence: number, streams: readonly string[] = ['a', 'b']): Promise<void> {
  const chunks = streams.map((stream) => ({ stream, kind: 'bytes', rows: 2, schema: 0, payload: new Uint8Array(200).fill(sequence) }) as const)
  await log.append({ tenant, chunks, producer: { id: 'p', sequence } })
}

/** Stream, sequence and first byte of every row. */
async function rowsOf(log: Log, tenant: string, streams: readonly string[] = ['a', 'b']): Promise<readonly string[]> {
  const reader = log.reader({ tenant, streams })
  const rows: string[] = []
  for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read())
    for (const { chunk, from, to } of pieces)
      for (let row = from; row < to; row++) rows.push(`${chunk.stream} ${sequenceOf(chunk.runs, row)} ${chunk.payload[0]}`)
  expect(reader.missed).toBe(0)
  reader.close()
  return rows
}

function sequenceOf(runs: { readonly rows: Int32Array; readonly sequence: Float64Array }, row: number): number {
  let run = 0
  while (row >= runs.rows[run]!) row -= runs.rows[run++]!
  return runs.sequence[run]! + row
}

function filesOf(disk: SimulatedDisk, folder: string): readonly (readonly [string, Uint8Array])[] {
  return [...disk.files()].filter(([path]) => path.startsWith(folder))
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error
}

describe('a copy of a log', () => {
  it(`holds all that was acknowledged before, however appends and upkeep go on beside it, with and without links (seed ${seed})`, async () => {
    const random = new Random(seed)
    const disk = new SimulatedDisk({ seed, order: 'shuffled' })
    const log = await open(disk)
    let acknowledged = 0
    let stopped = false
    const appending = (async () => {
      for (let next = 1; !stopped && next <= 400; next++) {
        await append(log, 't', next)
        acknowledged = next
      }
    })()
    for (let copies = 0; copies < 6; copies++) {
      for (let waits = random.below(60); waits > 0; waits--) await new Promise((resolve) => setImmediate(resolve))
      if (copies === 3) disk.fail({ kind: 'link', code: 'EXDEV' })
      const before = acknowledged
      const upkeep = log.maintain()
      const copy = await log.copyTo(`/copies/${copies}`)
      const files = filesOf(disk, `/copies/${copies}/`)
      const content = new Map(files)
      for (const [file, checksum] of copy.checksums) expect(checksum).toBe(crc32(content.get(`/copies/${copies}/${file}`)!))
      if (copies === 3) expect(copy.checksums.size).toBe(copy.files - 1)
      await upkeep
      await log.maintain()
      await append(log, 'other', copies + 1)
      expect(filesOf(disk, `/copies/${copies}/`)).toEqual(files)
      const copied = await open(disk, `/copies/${copies}`)
      expect(copied.producerSequence('t', 'p') ?? 0).toBeGreaterThanOrEqual(before)
      expect(copied.lastMs).toBe(copy.lastMs)
      const rows = await rowsOf(copied, 't')
      expect(rows).toHaveLength(copied.nextSequence('t') - 1)
      expect(rows).toEqual((await rowsOf(log, 't')).slice(0, rows.length))
      await append(copied, 't', 1_000_000)
      await copied.maintain()
      await copied.close()
    }
    stopped = true
    await appending
    const rows = await rowsOf(log, 't')
    expect(rows).toHaveLength(4 * acknowledged)
    await log.close()
    const again = await open(disk)
    expect(await rowsOf(again, 't')).toEqual(rows)
    await again.close()
  })

  it(`survives a loss of power as soon as it is there, and is no log before; the log loses nothing by one that was begun (seed ${seed})`, async () => {
    const random = new Random(seed)
    for (let runs = 0; runs < 12; runs++) {
      const disk = new SimulatedDisk({ seed: random.below(2 ** 32), order: 'shuffled' })
      const log = await open(disk)
      for (let sequence = 1; sequence <= 40; sequence++) await append(log, 't', sequence)
      if (random.chance(0.7)) await log.maintain()
      for (let sequence = 41; sequence <= 44; sequence++) await append(log, 't', sequence)
      const whole = random.chance(0.3)
      const begun = disk.operations
      if (!whole) disk.crashAt(begun + 1 + random.below(60))
      const copying = log.copyTo('/copies/1').then(() => 'copied')
      const came = await Promise.race([copying, disk.crashed.then(() => 'crashed')])
      const left = disk.powerLoss(random)
      const isLog = left.files().has('/copies/1/manifest')
      if (came === 'copied') expect(isLog).toBe(true)
      for (const directory of isLog ? ['/log', '/copies/1'] : ['/log']) {
        const opened = await open(left, directory)
        expect(await rowsOf(opened, 't')).toHaveLength(4 * 44)
        await opened.close()
      }
    }
  })

  it('has what was erased while it was made; the log has it no more, and its files go with the end of the copy', async () => {
    let erasing: Promise<void> | null = null
    const disk = new SimulatedDisk({
      before: ({ kind }) => {
        if (kind === 'link') erasing ??= log.erase('t')
      },
    })
    const log = await open(disk)
    const streams = Array.from({ length: 60 }, (_, stream) => `s${stream}`)
    for (let sequence = 1; sequence <= 10; sequence++) await append(log, 't', sequence, streams)
    await log.maintain()
    const segments = (): readonly string[] => [...disk.files().keys()].filter((path) => path.startsWith('/log/segments/t/'))
    expect(segments().length).toBeGreaterThanOrEqual(streams.length)
    await log.copyTo('/copy')
    expect(erasing).not.toBeNull()
    await erasing
    await log.maintain()
    expect(segments()).toEqual([])
    expect(log.streams('t')).toEqual([])
    const copied = await open(disk, '/copy')
    for (const stream of streams) expect(await rowsOf(copied, 't', [stream])).toHaveLength(20)
    await copied.close()
    await log.close()
  })

  it('is finished before the log is closed, and begins neither in a folder that holds something nor on a closed log', async () => {
    const disk = new SimulatedDisk()
    const log = await open(disk)
    await append(log, 't', 1)
    let done = false
    const copying = log.copyTo('/copy').then(() => {
      done = true
    })
    await log.close()
    expect(done).toBe(true)
    await copying
    expect(await log.copyTo('/other').catch(codeOf)).toBe('LOG_CLOSED')
    const copied = await open(disk, '/copy')
    expect(await copied.copyTo('/log').catch(codeOf)).toBe('LOG_COPY')
    await copied.close()
  })
})
