import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Chunk, ChunkKind } from '../chunk.ts'
import type { Rows } from './chunk-bytes.ts'
import { ChunkJoiner, type Join } from './chunk-joiner.ts'

/** Payloads here are a byte a row, so joining is putting them one behind the other. */
const concatenate: Join = (payloads) => Buffer.concat(payloads)

const shape = fc.record({
  kind: fc.constantFrom<ChunkKind[]>('batch', 'batch', 'batch', 'tick'),
  schema: fc.integer({ min: 1, max: 2 }),
  rows: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 50 }) }, { weight: 1, arbitrary: fc.constantFrom(4095, 4096, 16_384) }),
  gap: fc.nat(2),
  later: fc.constantFrom(0, 0, 7),
})

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never

function chunksOf(shapes: readonly Shape[]): Chunk[] {
  let sequence = 1
  let ms = 100
  return shapes.map(({ kind, schema, rows, gap, later }, i) => {
    sequence += gap
    ms += later
    const runs = { count: 1, rows: Int32Array.of(rows), sequence: Float64Array.of(sequence), ingestionMs: Float64Array.of(ms) }
    sequence += rows
    return { tenant: 't', stream: 's', kind, schema, rows, runs, payload: new Uint8Array(rows).fill(i) }
  })
}

async function joinAll(chunks: readonly Chunk[], join: Join | undefined, failed: (error: unknown) => void = () => undefined): Promise<Rows[]> {
  const passed: Rows[] = []
  const joiner = new ChunkJoiner(join, async (chunk) => void passed.push(chunk), failed)
  for (const chunk of chunks) await joiner.add(chunk)
  await joiner.flush()
  return passed
}

/** Every row: its kind, schema, sequence, time and byte. */
function rowsOf(chunks: readonly Rows[]): string[] {
  const rows: string[] = []
  for (const { kind, schema, runs, payload } of chunks) {
    let row = 0
    for (let run = 0; run < runs.count; run++)
      for (let i = 0; i < (runs.rows[run] as number); i++, row++)
        rows.push([kind, schema, (runs.sequence[run] as number) + i, runs.ingestionMs[run], payload[row]].join())
  }
  return rows
}

test('joining changes no row: not its order, sequence, time or content', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(shape, { maxLength: 300 }), async (shapes) => {
      const chunks = chunksOf(shapes)
      const joined = await joinAll(chunks, concatenate)
      expect(rowsOf(joined)).toEqual(rowsOf(chunks))
      for (const { rows, runs, payload } of joined) {
        expect(rows).toBe(payload.length)
        expect(rows).toBeLessThanOrEqual(16_384)
        expect(runs.rows.reduce((sum, count) => sum + count, 0)).toBe(rows)
      }
    }),
    { numRuns: 50 },
  )
})

test('small batches of one schema become few chunks with few runs', async () => {
  const chunks = chunksOf(new Array(1000).fill({ kind: 'batch', schema: 1, rows: 50, gap: 0, later: 0 }))
  const joined = await joinAll(chunks, concatenate)
  expect(joined.map(({ rows, runs }) => [rows, runs.count])).toEqual([
    [16_350, 1],
    [16_350, 1],
    [16_350, 1],
    [950, 1],
  ])
})

test('what cannot be joined stays as it was appended, and the reason is told', async () => {
  const chunks = chunksOf(new Array(5).fill({ kind: 'batch', schema: 1, rows: 3, gap: 0, later: 0 }))
  const reasons: unknown[] = []
  const refuse: Join = () => {
    throw new Error('not batches')
  }
  expect(await joinAll(chunks, refuse, (error) => reasons.push(error))).toEqual(chunks)
  expect(reasons).toEqual([new Error('not batches')])
  expect(await joinAll(chunks, undefined)).toEqual(chunks)
})
