import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csv, decodeAll, json, ndjson, streamOf } from './decode-all.ts'

const columns = [
  { name: 'id', type: { kind: 'int64' } },
  { name: 'small', type: { kind: 'int32' }, optional: true },
  { name: 'at', type: { kind: 'timestamp', format: 'iso', zone: 'Europe/Berlin' } },
  { name: 'value', type: { kind: 'float64' }, missing: [999999], optional: true },
  { name: 'on', type: { kind: 'bool' }, optional: true },
  { name: 'text', type: { kind: 'string' }, optional: true },
] as const
const formats = { csv, ndjson, json, header: { ...csv, header: 'auto', separator: ';' } } as const
type FormatName = keyof typeof formats
const formatNames = Object.keys(formats) as FormatName[]
const streamIn = (name: FormatName, strict = false) =>
  streamOf(columns, { format: formats[name], key: ['id', 'text'], time: 'at', withoutTime: 'previous', unknownFields: strict ? 'strict' : 'lenient' })

const record = fc.record({
  id: fc.oneof(fc.maxSafeInteger(), fc.integer({ min: 0, max: 99 })),
  small: fc.option(fc.integer()),
  at: fc.date({ min: new Date(0), max: new Date(2e12), noInvalidDate: true }).map((date) => date.toISOString()),
  value: fc.option(
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constant(999999),
      fc.integer().map((n) => n / 100),
    ),
  ),
  on: fc.option(fc.boolean()),
  text: fc.option(fc.oneof(fc.constantFrom('a', 'b c', 'ü'), fc.string({ unit: 'binary', maxLength: 8 }))),
})
type Row = { id: number; small: number | null; at: string; value: number | null; on: boolean | null; text: string | null }

const csvText = (value: Row[keyof Row], separator: string) =>
  typeof value === 'string'
    ? value === '' || new RegExp(`[${separator}"\\n\\r]`).test(value)
      ? `"${value.replaceAll('"', '""')}"`
      : value
    : value === null
      ? ''
      : String(value)

function write(name: FormatName, rows: readonly Row[]): string {
  if (name === 'ndjson') return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  if (name === 'json') return JSON.stringify(rows)
  const separator = formats[name].separator
  const lines = rows.map((row) => columns.map((column) => csvText(row[column.name], separator)).join(separator))
  const header = name === 'header' ? [columns.map((column) => column.name).join(separator)] : []
  return [...header, ...lines].map((line) => `${line}\n`).join('')
}

const expectedOf = (row: Row) => ({ ...row, at: Date.parse(row.at), value: row.value === 999999 ? null : row.value === null ? null : row.value + 0 })

/** Good input with a few bytes replaced, left out, doubled or put in. */
const mutated = (name: FormatName) =>
  fc
    .tuple(
      fc.array(record, { maxLength: 30 }).map((rows) => new TextEncoder().encode(write(name, rows))),
      fc.array(fc.record({ at: fc.nat(), kind: fc.nat(2), byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\,;\n\r{}[]:0.-'))) }), {
        maxLength: 6,
      }),
    )
    .map(([bytes, changes]) => {
      const out = [...bytes]
      for (const { at, kind, byte } of changes) out.splice(at % (out.length + 1), kind === 2 ? 0 : 1, ...(kind === 1 ? [] : [byte]))
      return Uint8Array.from(out)
    })

const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 200 })

describe.each(formatNames)('%s', (name) => {
  test('records that were written come back as rows', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), (rows) => {
        const { rows: found, letters } = decodeAll(streamIn(name), write(name, rows))
        expect(letters).toEqual([])
        expect(found).toEqual(rows.map(expectedOf))
      }),
    )
  })

  test('any split of the bytes gives the same rows and dead letters, and every record is one of them', () => {
    fc.assert(
      fc.property(mutated(name), pieces, fc.boolean(), (bytes, split, strict) => {
        const whole = decodeAll(streamIn(name, strict), bytes)
        expect(decodeAll(streamIn(name, strict), bytes, split)).toEqual(whole)
        expect(whole.stats.records).toBe(whole.rows.length + whole.letters.length)
        expect(whole.stats.bytes).toBe(bytes.length)
        expect(whole.stats.bad).toBe(whole.letters.length)
      }),
      { numRuns: 150 },
    )
  })

  test.skipIf(name === 'header')('a record reads alike alone and after others for whose shape there is code', () => {
    const good = Array.from({ length: 20 }, (_, i): Row => ({ id: i, small: i, at: '2024-05-05T00:00:00.000Z', value: i / 4, on: i % 2 === 0, text: 'a' }))
    const before = new TextEncoder().encode(write(name, good).replace(/\]$/, ','))
    fc.assert(
      fc.property(mutated(name), fc.constantFrom(['id'], ['id', 'text'], []), (bytes, key) => {
        const node = { ...streamIn(name), withoutTime: 'reject', key } as const
        const alone = decodeAll(node, bytes)
        const after = decodeAll(node, Buffer.concat([before, bytes]))
        expect(after.rows.slice(20)).toEqual(alone.rows)
        expect(after.letters.map(({ code, column, reason, key }) => [code, column, reason, key])).toEqual(
          alone.letters.map(({ code, column, reason, key }) => [code, column, reason, key]),
        )
      }),
      { numRuns: 150 },
    )
  })

  test('random bytes never throw and never lose count', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), pieces, (bytes, split) => {
        const { rows, letters, stats } = decodeAll(streamIn(name), bytes, split)
        expect(rows.length + letters.length).toBe(stats.records)
      }),
      { numRuns: 200 },
    )
  })
})

test('numbers read bit for bit as JavaScript reads them', () => {
  const node = streamOf([{ name: 'value', type: { kind: 'float64' } }])
  const text = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(fc.stringMatching(/^-?\d{1,12}\.\d{1,12}$/)).map(([digits]) => digits),
    fc.stringMatching(/^-?\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,3})?$/),
  )
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 50 }), (texts) => {
      const finite = texts.filter((value) => Number.isFinite(Number(value)))
      expect(decodeAll(node, finite.join('\n')).rows.map((row) => row.value)).toEqual(finite.map((value) => Number(value) + 0))
    }),
    { numRuns: 300 },
  )
})
