import { describe, expect, it } from 'vitest'
import type { Chunk, NewChunk } from '../chunk.ts'
import type { Log, LogReader } from '../log.ts'
import { openLog } from '../open-log.ts'
import { SimulatedDisk } from '../testing/disk/simulated-disk.ts'
import { Random } from '../testing/random.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
const random = new Random(seed)
const streams = ['a', 'b', 'c']

function open(tailBytes: number): Promise<Log> {
  const join = (payloads: readonly Uint8Array[]): Uint8Array => Buffer.concat(payloads)
  return openLog({ directory: '/log', files: new SimulatedDisk(), tailBytes, journalBytes: 3000, maxJournals: 0, clock: () => 0, join })
}

function randomChunk(): NewChunk {
  const rows = random.between(1, 5)
  return { stream: random.pick(streams), kind: 'batch', rows, schema: 0, payload: new Uint8Array(random.below(50)) }
}

function sequencesOf({ runs }: Chunk): number[] {
  return [...runs.rows].flatMap((rows, run) => Array.from({ length: rows }, (_, row) => runs.sequence[run]! + row))
}

/** `stream:sequence` of each row. */
async function readAll(reader: LogReader): Promise<string[]> {
  const rows: string[] = []
  for (;;) {
    const pieces = await reader.read(random.pick([1, 60, 10_000]))
    if (pieces.length === 0) return rows
    for (const { chunk, from, to } of pieces) {
      rows.push(
        ...sequencesOf(chunk)
          .slice(from, to)
          .map((sequence) => `${chunk.stream}:${sequence}`),
      )
    }
    const last = Number(rows.at(-1)!.split(':')[1])
    expect(reader.position).toBeGreaterThan(last)
  }
}

describe(`a reader (seed ${seed})`, () => {
  it.each([0, 500, 1e6])('gives every row of its streams once, in the order of the tenant, with a tail of %i bytes', async (tailBytes) => {
    const log = await open(tailBytes)
    const early = log.reader({ tenant: 't', streams: ['c', 'a', 'c'] })
    const rows: string[] = []
    const read: string[] = []
    for (let appends = 0; appends < 120; appends++) {
      const chunks = Array.from({ length: random.between(1, 4) }, randomChunk)
      const { sequences } = await log.append({ tenant: 't', chunks })
      for (const [index, chunk] of chunks.entries()) for (let row = 0; row < chunk.rows; row++) rows.push(`${chunk.stream}:${sequences[index]! + row}`)
      if (random.chance(0.2)) read.push(...(await readAll(early)))
      if (random.chance(0.03)) await log.maintain()
    }
    read.push(...(await readAll(early)))
    expect(read).toEqual(rows.filter((row) => !row.startsWith('b')))
    for (let reads = 0; reads < 20; reads++) {
      const from = random.below(rows.length)
      const some = streams.filter(() => random.chance(0.6))
      const expected = rows.filter((row) => some.includes(row.slice(0, 1)) && Number(row.slice(2)) >= from)
      expect(await readAll(log.reader({ tenant: 't', streams: some, from }))).toEqual(expected)
    }
    await log.close()
  })

  it('gives the rows between two rows of another stream as one piece', async () => {
    const log = await open(1e6)
    const chunk = (stream: string, rows: number): NewChunk => ({ stream, kind: 'bytes', rows, schema: 0, payload: new Uint8Array(1) })
    await log.append({ tenant: 't', chunks: [chunk('a', 3), chunk('b', 2), chunk('a', 4)] })
    const pieces = await log.reader({ tenant: 't', streams: ['a', 'b'], from: 2 }).read()
    expect(pieces.map(({ chunk: { stream }, from, to }) => [stream, from, to])).toEqual([
      ['a', 1, 3],
      ['b', 0, 2],
      ['a', 0, 4],
    ])
    await log.close()
  })

  it('waits until there is a row of its streams, and is not woken by others', async () => {
    const log = await open(1e6)
    const append = (tenant: string, stream: string) =>
      log.append({ tenant, chunks: [{ stream, kind: 'bytes', rows: 1, schema: 0, payload: new Uint8Array(1) }] })
    const reader = log.reader({ tenant: 't', streams: ['a', 'b'] })
    let woken = 0
    const waiting = reader.wait().then(() => woken++)
    await append('t', 'c')
    await append('other', 'a')
    expect(woken).toBe(0)
    await append('t', 'b')
    await waiting
    expect(await readAll(reader)).toEqual(['b:2'])
    await append('t', 'a')
    await reader.wait()
    expect(await readAll(reader)).toEqual(['a:3'])
    await log.close()
  })

  it('that waits is woken when it or the log is closed', async () => {
    const log = await open(1e6)
    const closed = log.reader({ tenant: 't', streams: ['a'] })
    const left = log.reader({ tenant: 't', streams: ['a'] })
    const waits = [closed.wait(), left.wait()]
    closed.close()
    await waits[0]
    expect(await closed.read()).toEqual([])
    await log.close()
    await waits[1]
  })
})
