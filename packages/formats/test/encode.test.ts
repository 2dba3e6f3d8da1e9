import { hash } from 'node:crypto'
import { DuckDBInstance } from '@duckdb/node-api'
import { BatchBuilder, type Rows } from '@millrace/columns'
import type { ColumnNode, Field } from '@millrace/plan'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Output } from '../src/encode/output.ts'
import { openEncoder, ResultIds } from '../src/index.ts'
import { Md5 } from '../src/md5.ts'
import { csv, decodeAll, ndjson, streamOf } from './decode-all.ts'

const fields: readonly Field[] = [
  { name: 'id', type: 'int64', nullable: false },
  { name: 'small', type: 'int32', nullable: true },
  { name: 'value', type: 'float64', nullable: true },
  { name: 'on', type: 'bool', nullable: true },
  { name: 'at', type: 'timestamp', nullable: false },
  { name: 'text', type: 'string', nullable: true },
]
type Cells = [id: number, small: number | null, value: number | null, on: boolean | null, at: number, text: string | null]

const cells: fc.Arbitrary<Cells> = fc.tuple(
  fc.maxSafeInteger(),
  fc.option(fc.integer()),
  fc.option(
    fc
      .oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer().map((n) => n / 1000),
      )
      .map((value) => value + 0),
  ),
  fc.option(fc.boolean()),
  fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map(Number),
  fc.option(fc.oneof(fc.string({ unit: 'binary', maxLength: 10 }), fc.constantFrom('', '=1+1', '-5', '\u0000"\\\n', 'a,b"c'))),
)

function rowsOf(all: readonly Cells[], names: readonly Field[] = fields): Rows {
  const builder = new BatchBuilder(names)
  for (const row of all) {
    const at = builder.addRow()
    for (const [i, cell] of row.entries()) {
      const column = builder.columns[i]
      if (column === undefined || column.kind === 'list') continue
      if (cell === null) column.setMissing(at)
      else (column.set as (row: number, value: typeof cell) => void).call(column, at, cell)
    }
  }
  const numbers = Float64Array.from(all, (_, i) => i * 1000)
  return {
    batch: builder.batch(),
    selection: Int32Array.from(all, (_, i) => i),
    count: all.length,
    sequence: numbers,
    time: numbers,
    revision: null,
    windowStart: null,
    windowEnd: null,
    element: null,
    origin: null,
  }
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const columnsOf = (): ColumnNode[] =>
  fields.map(({ name, type, nullable }) => ({
    name,
    type: type === 'timestamp' ? { kind: type, format: 'iso' } : { kind: type as 'string' },
    ...(nullable ? { optional: true } : {}),
  }))
const objectOf = ([id, small, value, on, at, words]: Cells) => ({ id, small, value, on, at, text: words })

describe('encoders', () => {
  test('NDJSON is what JSON.stringify writes, times as ISO 8601 with milliseconds where there are any', () => {
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 30 }), (all) => {
        const expected = all.map((row) => JSON.stringify({ ...objectOf(row), at: new Date(row[4]).toISOString().replace('.000Z', 'Z') }))
        const lines = text(openEncoder('ndjson', fields).encode(rowsOf(all))).split('\n')
        // Lone surrogates have no UTF-8; JSON.stringify escapes them, and no string of a batch holds them.
        expect(lines).toEqual([...expected, ''].map((line) => line.replace(/\\ud[89a-f]../g, '\ufffd')))
      }),
    )
  })

  test.each(['ndjson', 'csv'] as const)('rows come back from %s', (format) => {
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 30 }), (all) => {
        const bytes = openEncoder(format, fields, { formulas: 'keep' }).encode(rowsOf(all))
        const { rows, letters } = decodeAll(streamOf(columnsOf(), { format: format === 'csv' ? csv : ndjson }), bytes.slice())
        expect(letters).toEqual([])
        expect(rows).toEqual(all.map((row) => ({ ...objectOf(row), text: row[5]?.toWellFormed() ?? null })))
      }),
    )
  })

  test('CSV has a header, quotes what must be, and makes formulas harmless', () => {
    const encoder = openEncoder('csv', fields, { separator: ';' })
    const all: Cells[] = [
      [1, null, 2.5, true, 0, '=1+1'],
      [2, 7, null, null, 1, 'a;"b"'],
      [3, -7, -0.5, false, 1, ''],
    ]
    expect(text(encoder.header())).toBe('id;small;value;on;at;text\n')
    expect(text(encoder.encode(rowsOf(all)))).toBe(
      '1;;2.5;true;1970-01-01T00:00:00Z;\'=1+1\n2;7;;;1970-01-01T00:00:00.001Z;"a;""b"""\n3;-7;-0.5;false;1970-01-01T00:00:00.001Z;""\n',
    )
  })

  test('dotted names become nested objects, lists become arrays', () => {
    const nested: Field[] = [
      { name: 'place.lat', type: 'float64', nullable: false },
      { name: 'id', type: 'int32', nullable: false },
      { name: 'place.name', type: 'string', nullable: true },
      { name: 'tags', type: { list: [{ name: '', type: 'string', nullable: false }] }, nullable: true },
    ]
    const builder = new BatchBuilder(nested)
    const row = builder.addRow()
    const [lat, id, name, tags] = builder.columns
    if (lat?.kind !== 'float64' || id?.kind !== 'int32' || name?.kind !== 'string' || tags?.kind !== 'list') throw new Error('kinds')
    lat.set(row, 1.5)
    id.set(row, 3)
    name.setMissing(row)
    tags.begin(row)
    for (const tag of ['a', 'x'.repeat(100_000)]) {
      const at = tags.elements.addRow()
      const inner = tags.elements.columns[0]
      if (inner?.kind === 'string') inner.set(at, tag)
    }
    tags.finish(row)
    const line = text(openEncoder('ndjson', nested).encode({ ...rowsOf([[1, null, null, null, 0, null]]), batch: builder.batch() }))
    expect(JSON.parse(line)).toEqual({ place: { lat: 1.5, name: null }, id: 3, tags: ['a', 'x'.repeat(100_000)] })
    expect(() => openEncoder('ndjson', [...nested, { name: 'place', type: 'int32', nullable: false }])).toThrow('place')
    expect(() => openEncoder('csv', nested)).toThrow('tags')
  })

  test('hostile names are data', () => {
    const names = ["');throw 1//", '`', '"', '\n', '__proto__', '\u2028'].map((name): Field => ({ name, type: 'int32', nullable: false }))
    const rows = rowsOf([[1, 2, 3, null, 5, null]], names)
    const line = text(openEncoder('ndjson', names).encode(rows))
    expect(Object.keys(JSON.parse(line))).toEqual(names.map(({ name }) => name))
    expect(text(openEncoder('csv', names).header()).length).toBeGreaterThan(10)
  })
})

describe('result ids', () => {
  const source = { tenant: 'acme', app: 'bts|x', output: 'fail\\ures', key: ['id', 'text', 'on', 'at'] }
  const all: Cells[] = [
    [1161114103, 1, 1, true, 1_487_442_485_000, 'a|b\\c'],
    [-5, 1, 1, null, 5, 'ü'.repeat(60)],
    [2 ** 53 - 1, 1, 1, false, -1, null],
  ]

  test('digests are MD5 for every pair of lengths', () => {
    const md5 = new Md5()
    const written = (input: string) => {
      const out = new Output()
      out.bytes.set(new TextEncoder().encode(input))
      return out
    }
    for (let length = 0; length < 300; length++) {
      const inputs = [length, (length * 7) % 300].map((each) => 'sensor '.repeat(50).slice(0, each)) as [string, string]
      md5.digest(written(inputs[0]), inputs[0].length, written(inputs[1]), inputs[1].length)
      for (const [which, input] of inputs.entries()) {
        const out = new Uint8Array(32)
        md5.writeHex(which, new DataView(out.buffer), 0)
        expect(text(out)).toBe(hash('md5', input))
      }
    }
  })

  test('an id is the MD5 of tenant, app, output, key and discriminator', () => {
    const ids = new ResultIds(source)
    const plain = rowsOf(all)
    const idOf = (rows: Rows, row: number) => {
      ids.open(rows)
      return ids.id(row)
    }
    const start = 'acme|bts\\|x|fail\\\\ures|1161114103|a\\|b\\\\c|true|1487442485000|'
    expect(idOf(plain, 0)).toBe(hash('md5', `${start}0`))
    expect(idOf(plain, 2)).toBe(hash('md5', 'acme|bts\\|x|fail\\\\ures|9007199254740991|\\N|false|-1|2000'))
    const bounds = Float64Array.of(600_000, 0, 0)
    expect(idOf({ ...plain, windowStart: bounds, windowEnd: bounds.map((ms) => ms + 1) }, 0)).toBe(hash('md5', `${start}600000|600001`))
    expect(idOf({ ...plain, element: Int32Array.of(4, 0, 0) }, 0)).toBe(hash('md5', `${start}0|4`))
    expect(idOf({ ...plain, origin: Float64Array.of(77, 0, 0) }, 0)).toBe(hash('md5', `${start}77`))
  })

  test('SQL builds the same ids by the recipe of the documentation', async () => {
    const instance = await DuckDBInstance.create()
    const connection = await instance.connect()
    const part = (value: string) => `replace(replace(${value}, '\\', '\\\\'), '|', '\\|')`
    const key = (value: string) => `coalesce(${value}, '\\N')`
    const columns = [`id::varchar`, key(part('words')), key(`"on"::varchar`), 'epoch_ms("at")::varchar']
    const sql = `select md5(concat_ws('|', ${part("'acme'")}, ${part("'bts|x'")}, ${part("'fail\\ures'")}, ${columns.join(', ')}, sequence::varchar)) as _id from results order by n`
    const literal = (value: string | null) => (value === null ? 'null' : `'${value}'`)
    const rows = all.map(([id, , , on, at, words], n) => `(${n}, ${id}, ${literal(words)}, ${on}, make_timestamp(${at * 1000}), ${n * 1000})`)
    await connection.run('create table results (n int, id bigint, words varchar, "on" boolean, "at" timestamp, sequence bigint)')
    await connection.run(`insert into results values ${rows.join(', ')}`)
    const reader = await connection.runAndReadAll(sql)
    const ids = new ResultIds(source)
    ids.open(rowsOf(all))
    expect(reader.getRows().map(([id]) => id)).toEqual(all.map((_, row) => ids.id(row)))
    connection.closeSync()
  })

  test('a row has the same id in whatever order ids are asked', () => {
    const rows = rowsOf(all)
    const inOrder = new ResultIds(source)
    inOrder.open(rows)
    const expected = all.map((_, row) => inOrder.id(row))
    expect(new Set(expected).size).toBe(all.length)
    const ids = new ResultIds(source)
    ids.open(rows)
    for (const row of [2, 0, 0, 1, 2, 1]) expect(ids.id(row)).toBe(expected[row])
  })

  test('encoders write the id and the revision first', () => {
    const rows = { ...rowsOf(all), revision: Int32Array.of(3, 0, 1) }
    const ids = new ResultIds(source)
    ids.open(rows)
    const lines = text(openEncoder('ndjson', fields, { result: source }).encode(rows))
      .trim()
      .split('\n')
    expect(lines.map((line) => JSON.parse(line)).map(({ _id, _revision }) => [_id, _revision])).toEqual([
      [ids.id(0), 3],
      [ids.id(1), 0],
      [ids.id(2), 1],
    ])
    const encoder = openEncoder('csv', fields, { result: source })
    expect(text(encoder.header())).toMatch(/^_id,_revision,id,/)
    expect(text(encoder.encode(rows)).startsWith(`${ids.id(0)},3,1161114103,`)).toBe(true)
  })
})
