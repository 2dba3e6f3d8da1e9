import type { Field } from '@millrace/plan'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Batch, BatchBuilder, decodeBatch, encodeBatch, joinBatches } from './index.ts'

const inner: readonly Field[] = [
  { name: 'tag', type: 'string', nullable: true },
  { name: 'on', type: 'bool', nullable: true },
]
const fields: readonly Field[] = [
  { name: 'id', type: 'int64', nullable: false },
  { name: 'small', type: 'int32', nullable: true },
  { name: 'on', type: 'bool', nullable: true },
  { name: 'name', type: 'string', nullable: true },
  { name: 'parts', type: { list: inner }, nullable: true },
]

type Part = readonly [string | null, boolean | null]

interface Row {
  readonly id: number
  readonly small: number | null
  readonly on: boolean | null
  readonly name: string | null
  readonly parts: readonly Part[] | null
}

const part: fc.Arbitrary<Part> = fc.tuple<[string | null, boolean | null]>(fc.option(fc.constantFrom('x', 'y', 'zz')), fc.option(fc.boolean()))
const row: fc.Arbitrary<Row> = fc.record({
  id: fc.maxSafeInteger(),
  small: fc.option(fc.integer()),
  on: fc.option(fc.boolean()),
  name: fc.option(fc.constantFrom('', 'a', 'b', 'cc', 'ü€😀')),
  parts: fc.option(fc.array(part, { maxLength: 3 })),
})

function build(rows: readonly Row[]): Batch {
  const builder = new BatchBuilder(fields, 2)
  for (const cells of rows) setRow(builder, [cells.id, cells.small, cells.on, cells.name, cells.parts])
  return builder.batch()
}

type Cell = number | string | boolean | null | readonly (readonly Cell[])[]

function setRow(builder: BatchBuilder, cells: readonly Cell[]): void {
  const at = builder.addRow()
  for (const [i, column] of builder.columns.entries()) {
    const cell = cells[i] as Cell
    if (cell === null) column.setMissing(at)
    else if (column.kind === 'list') {
      column.begin(at)
      for (const element of cell as readonly (readonly Cell[])[]) setRow(column.elements, element)
      column.finish(at)
    } else if (column.kind === 'string') column.set(at, cell as string)
    else if (column.kind === 'bool') column.set(at, cell as boolean)
    else column.set(at, cell as number)
  }
}

test('joined batches are the bytes of all their rows encoded at once', () => {
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 20 }), { minLength: 1, maxLength: 6 }), (parts) => {
      const joined = joinBatches(parts.map((rows) => new Uint8Array(encodeBatch(build(rows)))))
      expect(joined.buffer).toBeInstanceOf(SharedArrayBuffer)
      expect(Buffer.from(joined)).toEqual(Buffer.from(encodeBatch(build(parts.flat()))))
    }),
    { numRuns: 300 },
  )
})

test('batches of other fields are not joined', () => {
  const other = new BatchBuilder([{ name: 'id', type: 'int32', nullable: false }], 1).batch()
  const payloads = [build([]), other].map((batch) => new Uint8Array(encodeBatch(batch)))
  expect(() => joinBatches(payloads)).toThrow(expect.objectContaining({ code: 'BATCH_DAMAGED' }))
})

test('a batch is read in place at any multiple of 8 of a larger buffer, shared or not, and copied elsewhere', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), fc.nat(40), fc.boolean(), (rows, offset, shared) => {
      const encoded = encodeBatch(build(rows), 0, rows.length, { shared: true })
      const size = encoded.length + 50
      const larger = new Uint8Array(shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size))
      larger.set(encoded, offset)
      const decoded = decodeBatch(larger.subarray(offset, offset + encoded.length))
      expect(Buffer.from(encodeBatch(decoded))).toEqual(Buffer.from(encoded))
      const first = decoded.columns[0] as { readonly values: Float64Array }
      expect(first.values.buffer === larger.buffer).toBe(offset % 8 === 0)
    }),
  )
})
