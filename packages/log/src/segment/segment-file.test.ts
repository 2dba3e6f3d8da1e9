import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seedOf } from '../checksum.ts'
import type { Chunk, ChunkKind } from '../chunk.ts'
import { SimulatedDisk } from '../testing/index.ts'
import { readFileHeader } from './file-header.ts'
import { SegmentFile } from './segment-file.ts'
import { SegmentWriter } from './segment-writer.ts'

const logId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const names = { tenant: 'Tenant', stream: 'größe' }
const path = '/segment'

interface Shape {
  readonly kind: ChunkKind
  readonly payloadBytes: number
  /** Rows of each run, and how many sequences stand between it and the one before. */
  readonly runs: readonly (readonly [rows: number, gap: number, ms: number])[]
}

const shape: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constantFrom<ChunkKind[]>('batch', 'bytes', 'tick', 'mark'),
  payloadBytes: fc.integer({ min: 0, max: 300 }),
  runs: fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(5), fc.nat(100)), { minLength: 1, maxLength: 5 }),
})

function chunksOf(shapes: readonly Shape[]): Chunk[] {
  let sequence = 1
  let ms = 1_000
  return shapes.map(({ kind, payloadBytes, runs }, i) => {
    const at = runs.map(([rows, gap, later]) => {
      const first = sequence + gap
      sequence = first + rows
      ms += later
      return { rows, first, ms }
    })
    return {
      ...names,
      kind,
      rows: at.reduce((sum, { rows }) => sum + rows, 0),
      schema: i,
      runs: {
        count: at.length,
        rows: Int32Array.from(at, ({ rows }) => rows),
        sequence: Float64Array.from(at, ({ first }) => first),
        ingestionMs: Float64Array.from(at, (run) => run.ms),
      },
      payload: Uint8Array.from({ length: payloadBytes }, (_, j) => (i * 31 + j) & 0xff),
    }
  })
}

async function write(disk: SimulatedDisk, chunks: readonly Chunk[]): Promise<Uint8Array> {
  const file = await disk.open(path, 'create')
  const writer = new SegmentWriter(file, { logId, ...names })
  for (const chunk of chunks) await writer.add(chunk)
  const { bytes } = await writer.finish()
  await file.close()
  const written = disk.files().get(path) as Uint8Array
  expect(written.length).toBe(bytes)
  return written
}

function plain({ kind, rows, schema, runs, payload }: Chunk): unknown {
  const { sequence, ingestionMs, rows: runRows } = runs
  return { kind, rows, schema, payload: [...payload], runs: [runRows, sequence, ingestionMs].map((column) => [...column]) }
}

async function open(bytes: Uint8Array): Promise<SegmentFile> {
  const disk = new SimulatedDisk()
  disk.put(path, bytes)
  return SegmentFile.open(disk, path, names, seedOf(logId))
}

async function readAll(file: SegmentFile): Promise<(Chunk | null)[]> {
  const chunks: (Chunk | null)[] = []
  for (let block = 0; block < file.blocks; block++) chunks.push(...(await file.readBlock(block)).chunks)
  await file.close()
  return chunks
}

test('a segment gives back the chunks that were written, as views of shared memory at multiples of 64', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(shape, { minLength: 1, maxLength: 20 }), async (shapes) => {
      const chunks = chunksOf(shapes)
      const file = await open(await write(new SimulatedDisk(), chunks))
      const read = (await readAll(file)) as Chunk[]
      expect(read.map(plain)).toEqual(chunks.map(plain))
      for (const { payload } of read) expect([payload.buffer instanceof SharedArrayBuffer, payload.byteOffset % 64]).toEqual([true, 0])
      for (const [i, { runs }] of chunks.entries()) expect(file.index.atSequence(runs.sequence[0] as number)).toBe(i)
    }),
    { numRuns: 50 },
  )
})

test('a segment says by itself whose rows it holds', async () => {
  const bytes = await write(new SimulatedDisk(), chunksOf([{ kind: 'bytes', payloadBytes: 3, runs: [[1, 0, 0]] }]))
  expect(readFileHeader(bytes)).toEqual({ logId, ...names, bytes: 64 })
})

test('whatever byte is flipped, every chunk comes back as it was written or is missing, and only the one it stands in', async () => {
  const run = [2, 1, 5] as const
  const chunks = chunksOf([30, 0, 80, 64].map((payloadBytes) => ({ kind: 'batch', payloadBytes, runs: [run, run] })))
  const whole = await write(new SimulatedDisk(), chunks)
  const expected = chunks.map(plain)
  const { index } = await open(whole)
  for (let at = 0; at < whole.length; at++) {
    const bytes = whole.slice()
    bytes[at] = (bytes[at] as number) ^ (1 << (at & 7))
    const read = await readAll(await open(bytes))
    const got = read.map((chunk) => chunk && plain(chunk))
    const hit = expected.findIndex((_, i) => at >= index.entry(i).offset && at < index.end(i))
    expect(got.length).toBe(expected.length)
    for (const [i, chunk] of got.entries()) if (chunk !== null || i !== hit) expect(chunk).toEqual(expected[i])
  }
})

test('where the end is torn off, the whole chunks before it are found', async () => {
  const chunks = chunksOf([30, 0, 80].map((payloadBytes) => ({ kind: 'batch', payloadBytes, runs: [[1, 0, 0]] })))
  const whole = await write(new SimulatedDisk(), chunks)
  const { index } = await open(whole)
  for (let length = 0; length < whole.length; length++) {
    const file = await open(whole.slice(0, length))
    const left = chunks.filter((_, i) => index.end(i) <= length).map(plain)
    expect((await readAll(file)).map((chunk) => chunk && plain(chunk))).toEqual(left)
  }
})

test('with the index a chunk is damaged as well, its bytes are named and the others are read', async () => {
  const chunks = chunksOf([30, 40, 80].map((payloadBytes) => ({ kind: 'batch', payloadBytes, runs: [[1, 0, 0]] })))
  const bytes = await write(new SimulatedDisk(), chunks)
  const { index } = await open(bytes)
  const { offset } = index.entry(1)
  bytes[offset + 20] = 99
  bytes[bytes.length - 70] = 99
  const file = await open(bytes)
  expect(file.gaps).toContainEqual({ offset, bytes: index.end(1) - offset })
  expect((await readAll(file)).map((chunk) => chunk && plain(chunk))).toEqual([chunks[0], chunks[2]].map((chunk) => plain(chunk as Chunk)))
})

test('a segment of another log is not read', async () => {
  const bytes = await write(new SimulatedDisk(), chunksOf([{ kind: 'bytes', payloadBytes: 3, runs: [[1, 0, 0]] }]))
  const disk = new SimulatedDisk()
  disk.put(path, bytes)
  const file = await SegmentFile.open(disk, path, names, seedOf(Uint8Array.of(9)))
  expect(file.index.count).toBe(0)
})

test('a segment stands as docs/log-format.md says', async () => {
  const payload = Uint8Array.of(7, 8, 9)
  const runs = { count: 2, rows: Int32Array.of(2, 1), sequence: Float64Array.of(5, 9), ingestionMs: Float64Array.of(100, 200) }
  const bytes = await write(new SimulatedDisk(), [{ ...names, kind: 'bytes', rows: 3, schema: 4, runs, payload }])
  const buffer = Buffer.from(bytes)
  const doubles = (at: number, count: number): number[] => Array.from({ length: count }, (_, i) => buffer.readDoubleLE(at + i * 8))
  const words = (at: number, count: number): number[] => Array.from({ length: count }, (_, i) => buffer.readUInt32LE(at + i * 4))
  const seed = crc32(logId)
  expect(bytes.length).toBe(64 + 64 + 64 + 64 + 64 + 64)
  expect([buffer.toString('latin1', 0, 4), ...words(4, 2), ...words(24, 2)]).toEqual(['MRSG', 1, 64, 6, 7])
  expect(buffer.readUInt32LE(12)).toBe(crc32(bytes.subarray(16, 64), seed))
  expect([buffer.subarray(16, 24), buffer.toString('utf8', 32, 45)]).toEqual([Buffer.from(logId), 'Tenantgröße'])
  const entry = Buffer.concat([new Uint8Array(Float64Array.of(64).buffer), bytes.subarray(72, 128)])
  expect([buffer.toString('latin1', 64, 68), buffer.readUInt32LE(68)]).toEqual(['MRSC', crc32(entry, seed)])
  expect([...doubles(72, 4), ...words(104, 6)]).toEqual([5, 9, 100, 200, crc32(bytes.subarray(128, 195), seed), 3, 3, 2, 4, 1])
  expect([...doubles(128, 4), ...words(160, 2), ...payload]).toEqual([5, 9, 100, 200, 2, 1, ...bytes.subarray(192, 195)])
  expect(buffer.subarray(256, 320)).toEqual(entry)
  expect([buffer.toString('latin1', 320, 324), buffer.readUInt32LE(324)]).toEqual(['MRST', crc32(bytes.subarray(328), seed)])
  expect([...doubles(328, 1), ...words(336, 2), ...doubles(344, 5)]).toEqual([256, 1, crc32(entry, seed), 3, 5, 9, 100, 200])
})
