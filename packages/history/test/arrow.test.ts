import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RecordBatchReader, type Table, tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { QueryReply } from '../src/query/messages.ts'
import { runQuery } from '../src/query/run-query.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-arrow-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const limits = { timeMs: 10_000, memoryBytes: 128 << 20, temporaryBytes: 8 << 20, threads: 1, maxRows: 100_000, maxBytes: 8 << 20 }

async function asked(sql: string, less: Partial<typeof limits> = {}): Promise<{ readonly reply: QueryReply; readonly bytes: Uint8Array }> {
  const own = await mkdtemp(join(directory, 'query-'))
  const reply = await runQuery({ tables: [], directory: own, sql, params: {}, format: 'arrow', limits: { ...limits, ...less } })
  return { reply, bytes: await readFile(join(own, 'answer.arrow')) }
}

async function table(sql: string): Promise<Table> {
  return tableFromIPC((await asked(sql)).bytes)
}

/** Every type that a query may answer, and what another reader of Arrow makes of it. */
const types: readonly (readonly [sql: string, type: string, value: unknown])[] = [
  ['true', 'Bool', true],
  ['(-7)::TINYINT', 'Int8', -7],
  ['(-300)::SMALLINT', 'Int16', -300],
  ['(-70000)::INTEGER', 'Int32', -70_000],
  ['(-9007199254740993)::BIGINT', 'Int64', -9_007_199_254_740_993n],
  ['200::UTINYINT', 'Uint8', 200],
  ['65535::USMALLINT', 'Uint16', 65_535],
  ['4294967295::UINTEGER', 'Uint32', 4_294_967_295],
  ['18446744073709551615::UBIGINT', 'Uint64', 18_446_744_073_709_551_615n],
  ['1.5::FLOAT', 'Float32', 1.5],
  ['0.1::DOUBLE', 'Float64', 0.1],
  ["'a é 🚲'", 'Utf8', 'a é 🚲'],
  ["'\\x00\\xFF'::BLOB", 'Binary', Uint8Array.of(0, 255)],
  ["DATE '1969-12-31'", 'Date32<DAY>', -86_400_000],
  ["TIMESTAMP '2024-02-29 12:00:00.5'", 'Timestamp<MICROSECOND>', Date.UTC(2024, 1, 29, 12, 0, 0, 500)],
  ["TIMESTAMPTZ '2024-02-29 12:00:00Z'", 'Timestamp<MICROSECOND, UTC>', Date.UTC(2024, 1, 29, 12)],
  ["TIME '00:00:01'", 'Time64<MICROSECOND>', 1_000_000n],
  ["INTERVAL '1 day'", 'Utf8', '1 day'],
  ["'0b0f0c5e-8d2e-4d6a-8a76-1f0e2f5d3c4b'::UUID", 'Utf8', '0b0f0c5e-8d2e-4d6a-8a76-1f0e2f5d3c4b'],
  ["'x'::ENUM('x', 'y')", 'Utf8', 'x'],
]

it('every type is what it was to another reader of Arrow, and missing where it is', async () => {
  const columns = types.map(([sql], at) => `CASE WHEN i % 3 = 1 THEN NULL ELSE ${sql} END AS c${at}`)
  const found = await table(`SELECT ${columns.join(', ')} FROM range(10) AS t(i)`)
  expect(found.numRows).toBe(10)
  types.forEach(([sql, type, value], at) => {
    const column = found.getChildAt(at)
    expect(String(column?.type), sql).toBe(type)
    expect(column?.nullCount, sql).toBe(3)
    expect(
      [0, 1, 2].map((row) => column?.get(row)),
      sql,
    ).toEqual([value, null, value])
  })
})

it('decimals keep all digits', async () => {
  const found = await table(`SELECT sum(i) AS s, -1234567.891::DECIMAL(18, 3) AS d FROM range(3) AS t(i)`)
  const [sum, decimal] = [found.getChildAt(0), found.getChildAt(1)]
  expect([String(sum?.type), String(decimal?.type)]).toEqual(['Decimal[38e0]', 'Decimal[18e+3]'])
  const whole = (words: Uint32Array): bigint =>
    BigInt.asIntN(
      128,
      [...words].reduceRight((sum128, word) => (sum128 << 32n) | BigInt(word), 0n),
    )
  expect([whole(sum?.get(0)), whole(decimal?.get(0))]).toEqual([3n, -1_234_567_891n])
})

it('lists and structs, also of each other, empty and missing', async () => {
  const sql = `SELECT unnest([[{'a': 1, 'b': 'x'}, {'a': NULL, 'b': 'y'}], [], NULL, [NULL]]) AS c`
  const rows = (await table(sql)).getChildAt(0)?.toJSON() ?? []
  expect(JSON.parse(JSON.stringify(rows))).toEqual([
    [
      { a: 1, b: 'x' },
      { a: null, b: 'y' },
    ],
    [],
    null,
    [null],
  ])
})

it('many rows come in several batches, none at all as a schema', async () => {
  const { bytes, reply } = await asked('SELECT i AS n FROM range(70000) AS t(i)')
  const batches = [...RecordBatchReader.from(bytes)]
  expect(batches.map(({ numRows }) => numRows)).toEqual([32_768, 32_768, 4464])
  expect(batches.at(-1)?.getChildAt(0)?.get(4463)).toBe(69_999n)
  expect(reply).toMatchObject({ rows: 70_000, truncated: false })
  const empty = await table('SELECT 1 AS n WHERE false')
  expect([empty.numRows, empty.schema.fields.map(({ name }) => name)]).toEqual([0, ['n']])
})

it('every type that DuckDB has can be answered, at its bounds, too', async () => {
  const { numRows, schema } = await table('FROM test_all_types()')
  expect(numRows).toBe(3)
  expect(schema.fields.length).toBeGreaterThan(40)
})

it('is cut at the rows that are allowed', async () => {
  const { bytes, reply } = await asked('FROM range(70000)', { maxRows: 3000 })
  expect(reply).toMatchObject({ rows: 3000, truncated: true })
  expect(tableFromIPC(bytes).numRows).toBe(3000)
})
