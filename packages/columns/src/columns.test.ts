import type { Field } from '@millrace/plan'
import * as arrow from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Batch, BatchBuilder, type Column, Dictionary, decodeBatch, encodeBatch, isSet } from './index.ts'

const fields: readonly Field[] = [
  { name: 'id', type: 'int64', nullable: false },
  { name: 'small', type: 'int32', nullable: true },
  { name: 'value', type: 'float64', nullable: true },
  { name: 'on', type: 'bool', nullable: true },
  { name: 'flag', type: 'bool', nullable: false },
  { name: 'name', type: 'string', nullable: true },
  { name: 'kind', type: 'string', nullable: false },
  { name: 'at', type: 'timestamp', nullable: false },
  {
    name: 'parts',
    type: {
      list: [
        { name: 'n', type: 'int32', nullable: true },
        { name: 'tag', type: 'string', nullable: false },
      ],
    },
    nullable: true,
  },
]

type Cell = number | string | boolean | null | Cell[][]

const element = fc.tuple(fc.option(fc.integer()), fc.string({ maxLength: 3 }))
const rowCells: fc.Arbitrary<Cell[]> = fc.tuple(
  fc.maxSafeInteger(),
  fc.option(fc.integer()),
  fc.option(fc.double({ noNaN: true }).map((value) => value + 0)),
  fc.option(fc.boolean()),
  fc.boolean(),
  fc.option(fc.string({ maxLength: 5 })),
  fc.constantFrom('a', 'b', 'ü€😀'),
  fc.integer({ min: 0, max: 2e9 }).map((seconds) => seconds * 1000),
  fc.option(fc.array(element, { maxLength: 4 })),
)

function build(rows: readonly Cell[][]): Batch {
  const builder = new BatchBuilder(fields, 2)
  for (const cells of rows) addRow(builder, cells)
  return builder.batch()
}

function addRow(builder: BatchBuilder, cells: readonly Cell[]): void {
  const row = builder.addRow()
  for (const [i, cell] of cells.entries()) {
    const column = builder.columns[i]
    if (column === undefined) continue
    if (cell === null) column.setMissing(row)
    else if (column.kind === 'list') {
      column.begin(row)
      for (const inner of cell as Cell[][]) addRow(column.elements, inner)
      column.finish(row)
    } else if (column.kind === 'string') column.set(row, cell as string)
    else if (column.kind === 'bool') column.set(row, cell as boolean)
    else column.set(row, cell as number)
  }
}

function cellsOf(batch: Batch): Cell[][] {
  return Array.from({ length: batch.rows }, (_, row) => batch.columns.map((column) => cellOf(column, row)))
}

function cellOf(column: Column, row: number): Cell {
  if (column.validity !== null && !isSet(column.validity, row)) return null
  if (column.kind === 'bool') return isSet(column.values, row)
  if (column.kind === 'string') return column.dictionary.text(column.values[row] as number)
  if (column.kind === 'list') return cellsOf(column.elements).slice(column.offsets[row], column.offsets[row + 1])
  return column.values[row] as number
}

const batches = fc.array(rowCells, { maxLength: 40 })

describe('builders', () => {
  test('what is set comes back, however often the arrays grew', () => {
    fc.assert(
      fc.property(batches, (rows) => {
        expect(cellsOf(build(rows))).toEqual(rows)
      }),
    )
  })

  test('rows that were dropped leave nothing behind', () => {
    fc.assert(
      fc.property(batches, batches, fc.nat(), (first, second, cut) => {
        const builder = new BatchBuilder(fields, 2)
        for (const cells of first) addRow(builder, cells)
        const kept = first.length === 0 ? 0 : cut % (first.length + 1)
        builder.truncate(kept)
        for (const cells of second) addRow(builder, cells)
        expect(cellsOf(builder.batch())).toEqual([...first.slice(0, kept), ...second])
      }),
    )
  })
})

describe('a batch as one buffer', () => {
  test('comes back with the rows that were asked for', () => {
    fc.assert(
      fc.property(batches, fc.nat(), fc.nat(), (rows, left, right) => {
        const [from, to] = [left % (rows.length + 1), right % (rows.length + 1)].sort((a, b) => a - b) as [number, number]
        const decoded = decodeBatch(encodeBatch(build(rows), from, to))
        expect(decoded.fields).toEqual(fields)
        expect(cellsOf(decoded)).toEqual(rows.slice(from, to))
      }),
    )
  })

  test('equal rows give equal bytes, and encoding what was decoded gives them again', () => {
    fc.assert(
      fc.property(batches, (rows) => {
        const bytes = new Uint8Array(encodeBatch(build(rows)))
        expect(new Uint8Array(encodeBatch(decodeBatch(bytes.buffer)))).toEqual(bytes)
      }),
    )
  })

  test.each([
    [1, 8],
    [1023, 8],
    [1024, 64],
  ])('every array of %d rows begins at a multiple of %d bytes and is a view', (rows, alignment) => {
    const buffer = encodeBatch(build(Array.from({ length: rows }, () => [1, 2, 3, true, false, 'x', 'a', 5, [[1, 't']]])))
    for (const column of decodeBatch(buffer).columns) {
      const array = column.kind === 'list' ? column.offsets : column.values
      expect(array.buffer).toBe(buffer)
      expect(array.byteOffset % alignment).toBe(0)
    }
  })

  test('damaged bytes are an error of the catalogue or a batch within its buffer, never anything else', () => {
    fc.assert(
      fc.property(batches, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }), fc.nat(), (rows, changes, cut) => {
        const whole = new Uint8Array(encodeBatch(build(rows)))
        for (const [at, byte] of changes) whole[at % Math.min(whole.length, 2000)] = byte
        const bytes = cut % 3 === 0 ? whole.slice(0, cut % whole.length) : whole
        try {
          cellsOf(decodeBatch(bytes.buffer))
        } catch (error) {
          expect(error).toMatchObject({ code: 'BATCH_DAMAGED' })
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('dictionaries', () => {
  test('a dictionary over bytes finds its entries and takes new ones without changing the bytes', () => {
    const bytes = new TextEncoder().encode('onetwo')
    const dictionary = Dictionary.over(Int32Array.of(0, 3, 6), bytes)
    expect([dictionary.find('two'), dictionary.find('three'), dictionary.text(0)]).toEqual([1, -1, 'one'])
    expect([dictionary.internText('three'), dictionary.internText('one'), dictionary.text(2)]).toEqual([2, 0, 'three'])
    expect(new TextDecoder().decode(bytes)).toBe('onetwo')
  })

  test('numbers stay with their texts while thousands are added', () => {
    const dictionary = new Dictionary()
    const names = Array.from({ length: 5000 }, (_, i) => `name ${i * 7}`)
    for (const [i, name] of names.entries()) expect(dictionary.internText(name)).toBe(i)
    expect(names.every((name, i) => dictionary.find(name) === i && dictionary.text(i) === name)).toBe(true)
  })
})

/** A batch as Arrow sees it: whole numbers and instants that we keep as float64 are labelled so. */
function toArrow(batch: Batch): arrow.RecordBatch {
  const columns = batch.columns.map((column, i) => [(batch.fields[i] as Field).name, arrowData(column, batch.rows)] as const)
  return new arrow.RecordBatch(Object.fromEntries(columns))
}

function arrowData(column: Column, length: number): arrow.Data {
  const nullBitmap = column.validity ?? undefined
  switch (column.kind) {
    case 'int32':
      return arrow.makeData({ type: new arrow.Int32(), data: column.values, length, nullBitmap })
    case 'bool':
      return arrow.makeData({ type: new arrow.Bool(), data: column.values, length, nullBitmap })
    case 'string': {
      const { offsets, bytes, size } = column.dictionary
      const texts = arrow.makeVector(arrow.makeData({ type: new arrow.Utf8(), valueOffsets: offsets.subarray(0, size + 1), data: bytes, length: size }))
      return arrow.makeData({ type: new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()), data: column.values, dictionary: texts, length, nullBitmap })
    }
    case 'list': {
      const inner = toArrow(column.elements)
      return arrow.makeData({
        type: new arrow.List(new arrow.Field('item', inner.data.type)),
        valueOffsets: column.offsets,
        child: inner.data,
        length,
        nullBitmap,
      })
    }
    default:
      return arrow.makeData({ type: new arrow.Float64(), data: column.values, length, nullBitmap })
  }
}

describe('Apache Arrow', () => {
  test('reads a batch of ours, through its own file format', () => {
    fc.assert(
      fc.property(fc.array(rowCells, { minLength: 1, maxLength: 20 }), (rows) => {
        const table = arrow.tableFromIPC(arrow.tableToIPC(new arrow.Table([toArrow(decodeBatch(encodeBatch(build(rows))))])))
        const read = table.toArray().map((row) => {
          const { parts, ...rest } = row.toJSON()
          return [...Object.values(rest), parts === null ? null : [...parts].map((part) => Object.values(part.toJSON()))]
        })
        expect(read).toEqual(rows)
      }),
      { numRuns: 30 },
    )
  })

  test('gives arrays that are columns of ours as they are', () => {
    const numbers = arrow.vectorFromArray([1, null, 3], new arrow.Int32()).data[0] as arrow.Data<arrow.Int32>
    const names = arrow.vectorFromArray(['x', 'y', 'x'], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())).data[0] as arrow.Data<
      arrow.Dictionary<arrow.Utf8, arrow.Int32>
    >
    const texts = names.dictionary?.data[0] as arrow.Data<arrow.Utf8>
    const batch: Batch = {
      rows: 3,
      fields: [
        { name: 'n', type: 'int32', nullable: true },
        { name: 'name', type: 'string', nullable: false },
      ],
      columns: [
        { kind: 'int32', values: numbers.values, validity: numbers.nullBitmap },
        { kind: 'string', values: names.values, dictionary: Dictionary.over(texts.valueOffsets, texts.values), validity: null },
      ],
    }
    expect(cellsOf(decodeBatch(encodeBatch(batch)))).toEqual([
      [1, 'x'],
      [null, 'y'],
      [3, 'x'],
    ])
  })
})
