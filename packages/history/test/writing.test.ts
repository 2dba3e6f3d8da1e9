import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { BatchBuilder, decodeBatch, encodeBatch, type Float64Builder, type ListBuilder, type StringBuilder } from '@millrace/columns'
import { ResultIds } from '@millrace/formats'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { HistoryEvent } from '../src/history.ts'
import { count, countFields, countKey, field, payloadOf, World } from './world.ts'

const day = 86_400_000
const stream = 'equipment/failures'
let world: World

/** Of each test. */
let tenant = ''
let tenants = 0

beforeAll(async () => {
  world = await World.open()
})
beforeEach(() => {
  tenant = `tenant${tenants++}`
})
afterAll(() => world.close())

function filesOf(of: string): readonly string[] {
  const names = readdirSync(join(world.directory, 'history', of), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.parquet')).sort()
}

describe('results in the history', () => {
  it('are the rows of the stream, with plain names for what a result has beside its columns', async () => {
    await world.append(tenant, stream, countFields, [count(0, 'a|b\\c', 3), count(600_000, null, 2 ** 53 - 1, { mean: null, $revision: 4 })])
    await world.history.follow({ tenant, stream, result: countKey })
    await world.history.write(tenant)
    const rows = await world.rows(tenant, `SELECT * EXCLUDE (accepted_at, result_id) FROM "${stream}" ORDER BY entry`)
    const alike = { epoch: 0, sequence: 1, datapoint: 7 }
    expect(rows).toEqual([
      {
        ...alike, entry: 1, time: '1970-01-01T00:09:59.999Z', revision: 0, window_start: '1970-01-01T00:00:00Z', window_end: '1970-01-01T00:10:00Z',
        station: 'a|b\\c', failures: 3, mean: 1.5,
      },
      {
        ...alike, entry: 2, time: '1970-01-01T00:19:59.999Z', revision: 4, window_start: '1970-01-01T00:10:00Z', window_end: '1970-01-01T00:20:00Z',
        station: null, failures: 2 ** 53 - 1, mean: null,
      },
    ]) // biome-ignore format: a row a line
  })

  it('have the ids that the edge gives them', async () => {
    const rows = [count(0, 'a|b\\c', 3), count(600_000, null, 4), count(1_200_000, 'é', 5)]
    await world.append(tenant, stream, countFields, rows)
    await world.history.follow({ tenant, stream, result: countKey })
    await world.history.write(tenant)
    const batch = decodeBatch(payloadOf(countFields, rows))
    const values = (name: string): Float64Array => (batch.columns[countFields.findIndex((found) => found.name === name)] as { values: Float64Array }).values
    const ids = new ResultIds({ tenant, ...countKey })
    ids.open({
      batch,
      selection: Int32Array.of(0, 1, 2),
      count: 3,
      sequence: values('$sequence'),
      time: values('$time'),
      revision: null,
      windowStart: values('$windowStart'),
      windowEnd: values('$windowEnd'),
      element: null,
      origin: null,
    })
    const kept = await world.rows(tenant, `SELECT result_id FROM "${stream}" ORDER BY entry`)
    expect(kept.map((row) => row['result_id'])).toEqual([0, 1, 2].map((row) => ids.id(row)))
  })

  it('lie in a file a day, and the latest of each is that of the highest epoch and revision', async () => {
    await world.history.follow({ tenant, stream, result: countKey })
    await world.append(tenant, stream, countFields, [count(0, 'a', 1), count(day, 'a', 9), count(0, 'a', 2, { $revision: 1 })])
    await world.history.write(tenant)
    await world.append(tenant, stream, countFields, [count(0, 'a', 5, { $epoch: 1 }), count(0, 'a', 3, { $revision: 2 })])
    await world.history.write(tenant)
    expect(filesOf(tenant).map((name) => name.split('/')[1])).toEqual(['day=1970-01-01', 'day=1970-01-01', 'day=1970-01-02'])
    expect(world.history.streams(tenant)).toMatchObject([{ rows: 5, files: 3, fromMs: 599_999, toMs: day + 599_999 }])
    expect(await world.rows(tenant, `SELECT failures FROM latest."${stream}" ORDER BY window_start`)).toEqual([{ failures: 5 }, { failures: 9 }])
    expect(await world.rows(tenant, `SELECT count(*) AS n FROM "${stream}"`)).toEqual([{ n: 5 }])
  })
})

describe('raw records in the history', () => {
  const fields = [field('at', 'timestamp'), field('time', 'string'), field('Sequence', 'int32'), field('ok', 'bool', true), field('took', 'duration')]

  it('keep their columns, and lie by the day that was chosen', async () => {
    const record = { at: 3 * day, time: 'noon', Sequence: 4, ok: null, took: 1500 }
    await world.append(tenant, 'raw', fields, [record, { ...record, ok: true }])
    await world.history.follow({ tenant, stream: 'raw', timeColumn: 'at' })
    await world.history.write(tenant)
    expect(filesOf(tenant)).toEqual(['raw/day=1970-01-04/00000001.parquet'])
    expect(await world.rows(tenant, 'SELECT * EXCLUDE accepted_at FROM raw ORDER BY entry')).toEqual([
      { at: '1970-01-04T00:00:00Z', time: 'noon', Sequence: 4, ok: null, took: 1500, entry: 1 },
      { at: '1970-01-04T00:00:00Z', time: 'noon', Sequence: 4, ok: true, took: 1500, entry: 2 },
    ])
  })

  it('keep lists, of plain values and of records, empty and missing ones', async () => {
    const list = field('values', { list: [field('', 'int64')] }, true)
    const records = field('parts', { list: [field('kind', 'string'), field('value', 'float64', true)] })
    const builder = new BatchBuilder([list, records])
    const [values, parts] = builder.columns as readonly [ListBuilder, ListBuilder]
    for (const given of [[1, 2 ** 53 - 1], [], null]) {
      const row = builder.addRow()
      values.begin(row)
      for (const value of given ?? []) (values.elements.columns[0] as Float64Builder).set(values.elements.addRow(), value)
      if (given === null) values.setMissing(row)
      else values.finish(row)
      parts.begin(row)
      for (const value of given ?? []) {
        const at = parts.elements.addRow()
        ;(parts.elements.columns[0] as StringBuilder).set(at, `é${value}`)
        ;(parts.elements.columns[1] as Float64Builder).setMissing(at)
      }
      parts.finish(row)
    }
    const payload = encodeBatch(builder.batch(), 0, 3, { shared: true })
    await world.log.append({ tenant, chunks: [{ stream: 'raw', kind: 'batch', rows: 3, schema: 1, payload }] })
    await world.history.follow({ tenant, stream: 'raw' })
    await world.history.write(tenant)
    expect(await world.rows(tenant, 'SELECT "values", parts FROM raw ORDER BY entry')).toEqual([
      {
        values: [1, 2 ** 53 - 1],
        parts: [
          { kind: 'é1', value: null },
          { kind: `é${2 ** 53 - 1}`, value: null },
        ],
      },
      { values: [], parts: [] },
      { values: null, parts: [] },
    ])
  })

  it('keep lists of records whose names differ in case only', async () => {
    const builder = new BatchBuilder([field('parts', { list: [field('a', 'float64'), field('A', 'float64'), field('a_1', 'float64')] })])
    const [parts] = builder.columns as readonly [ListBuilder]
    const row = builder.addRow()
    parts.begin(row)
    const at = parts.elements.addRow()
    for (const [index, column] of parts.elements.columns.entries()) (column as Float64Builder).set(at, index)
    parts.finish(row)
    const payload = encodeBatch(builder.batch(), 0, 1, { shared: true })
    await world.log.append({ tenant, chunks: [{ stream: 'raw', kind: 'batch', rows: 1, schema: 1, payload }] })
    await world.history.follow({ tenant, stream: 'raw' })
    await world.history.write(tenant)
    expect(await world.rows(tenant, 'SELECT parts FROM raw')).toEqual([{ parts: [{ a: 0, A_1: 1, a_1_1: 2 }] }])
  })

  it('may change their columns: older rows miss the new ones', async () => {
    await world.history.follow({ tenant, stream: 'raw' })
    await world.append(tenant, 'raw', [field('a', 'int32')], [{ a: 1 }])
    await world.append(tenant, 'raw', [field('a', 'float64'), field('b', 'string', true)], [{ a: 2.5, b: 'x' }])
    await world.history.write(tenant)
    expect(await world.rows(tenant, 'SELECT a, b FROM raw ORDER BY entry')).toEqual([
      { a: 1, b: null },
      { a: 2.5, b: 'x' },
    ])
  })
})

describe('rows that nobody asks to write', () => {
  it('are written when they have waited long enough', async () => {
    const written = Promise.withResolvers<HistoryEvent>()
    const waiting = await World.open({ writeEveryMs: 10, report: written.resolve })
    await waiting.history.follow({ tenant, stream: 'raw' })
    await waiting.append(tenant, 'raw', [field('a', 'int32')], [{ a: 1 }])
    expect(await written.promise).toEqual({ kind: 'written', tenant, stream: 'raw', rows: 1 })
    await waiting.close()
  })

  it('are kept by the log until they are written', async () => {
    await world.history.follow({ tenant, stream: 'raw' })
    const [before] = world.log.pins(tenant)
    await world.append(tenant, 'raw', [field('a', 'int32')], [{ a: 1 }])
    await world.history.write(tenant)
    const [after] = world.log.pins(tenant)
    expect([before?.sequence, after?.sequence]).toEqual([0, 2])
  })
})

describe('the files of a stream', () => {
  it('go on where they were after a restart, and leftovers of a crash are not read', async () => {
    const fields = [field('a', 'int32')]
    await world.history.follow({ tenant, stream: 'raw' })
    await world.append(tenant, 'raw', fields, [{ a: 1 }])
    await world.history.write(tenant)
    await world.reopen()
    expect(world.history.streams(tenant)).toMatchObject([{ stream: 'raw', keep: false, rows: 1, rowsBehind: 0 }])
    const folder = join(world.directory, 'history', tenant, 'raw')
    const dayFolder = readdirSync(folder).find((name) => name.startsWith('day=')) as string
    const { copyFileSync } = await import('node:fs')
    copyFileSync(join(folder, dayFolder, '00000001.parquet'), join(folder, dayFolder, '00000009.parquet'))
    await world.history.follow({ tenant, stream: 'raw' })
    await world.append(tenant, 'raw', fields, [{ a: 2 }])
    await world.history.write(tenant)
    expect(filesOf(tenant).map((name) => name.slice(-6 - '.parquet'.length))).toEqual(['000001.parquet', '000002.parquet'])
    expect(await world.rows(tenant, 'SELECT a FROM raw ORDER BY entry')).toEqual([{ a: 1 }, { a: 2 }])
  })

  it('are joined where they are small, with every row once and in order', async () => {
    await world.history.follow({ tenant, stream: 'raw' })
    for (let a = 0; a < 20; a++) {
      await world.append(tenant, 'raw', [field('a', 'int32')], [{ a }])
      await world.history.write(tenant)
    }
    await world.history.maintain()
    expect(filesOf(tenant).length).toBeLessThan(8)
    expect(world.history.streams(tenant)[0]).toMatchObject({ rows: 20, files: filesOf(tenant).length })
    const rows = await world.rows(tenant, 'SELECT a FROM raw')
    expect(rows.map(({ a }) => a)).toEqual(Array.from({ length: 20 }, (_, a) => a))
  })

  it('are few however many days rows are of: rare days share one, which ages and is joined as others are', async () => {
    const rows = [...Array.from({ length: 300 }, (_, a) => ({ at: a * day, a })), { at: 200 * day, a: 300 }]
    await world.history.follow({ tenant, stream: 'raw', timeColumn: 'at' })
    for (let go = 0; go < 8; go++) {
      await world.append(tenant, 'raw', [field('at', 'timestamp'), field('a', 'int32')], rows)
      await world.history.write(tenant)
      if (go > 0) continue
      expect(filesOf(tenant)).toHaveLength(64)
      expect(filesOf(tenant).filter((name) => name.includes('day=1970-07-20'))).toHaveLength(1)
      expect(world.history.streams(tenant)).toMatchObject([{ rows: 301, fromMs: 0, toMs: 299 * day }])
    }
    await world.history.maintain()
    expect(world.history.streams(tenant)).toMatchObject([{ rows: 8 * 301, files: 64, fromMs: 0, toMs: 299 * day }])
    expect(await world.rows(tenant, 'SELECT a, count(*) AS n FROM raw GROUP BY a ORDER BY a')).toEqual(rows.map((_, a) => ({ a, n: 8 })))
    expect(await world.rows(tenant, `SELECT DISTINCT a FROM raw WHERE "at" = TIMESTAMP '1970-10-27'`)).toEqual([{ a: 299 }])
    await world.history.follow({ tenant, stream: 'raw', timeColumn: 'at', maxAgeMs: 0 })
    await world.history.maintain()
    expect(filesOf(tenant)).toEqual([])
  })

  it('that a query reads stay until it has ended', async () => {
    await world.history.follow({ tenant, stream: 'raw', maxAgeMs: 0 })
    await world.append(tenant, 'raw', [field('a', 'int32')], [{ a: 1 }])
    await world.history.write(tenant)
    const asked = world.asked(tenant, 'SELECT a FROM raw')
    await world.history.maintain()
    expect(await asked).toEqual([{ a: 1 }])
    expect(filesOf(tenant)).toEqual([])
    expect(await world.rows(tenant, 'SELECT a FROM raw')).toEqual([])
  })

  it('do not come back after they were erased, whatever waited to be written', async () => {
    await world.history.follow({ tenant, stream: 'raw' })
    await world.append(tenant, 'raw', [field('a', 'int32')], [{ a: 1 }])
    await Promise.all([world.history.erase(tenant), world.history.write(tenant)])
    expect(readdirSync(join(world.directory, 'history'))).not.toContain(tenant)
  })

  it('are all gone when the tenant is erased', async () => {
    await world.history.follow({ tenant, stream: 'raw' })
    await world.append(tenant, 'raw', [field('a', 'int32')], [{ a: 1 }])
    await world.history.write(tenant)
    await world.history.erase(tenant)
    expect(readdirSync(join(world.directory, 'history'))).not.toContain(tenant)
    expect(world.history.streams(tenant)).toEqual([])
  })
})
