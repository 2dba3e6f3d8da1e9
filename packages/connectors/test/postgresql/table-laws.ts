import type { PostgresqlSink } from '@millrace/api/schemas'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Sink } from '../../src/contract.ts'
import { openSink } from '../../src/postgresql/sink.ts'
import { type Columns, pageOf, resultRow, valuesOf } from '../conformance/rows.ts'
import type { PostgresqlWorld } from './postgresql-world.ts'

/** What only PostgreSQL has: tables that are there already, rights, constraints. */
export function tableLaws(begin: () => Promise<PostgresqlWorld>): void {
  describe('a table of PostgreSQL', () => {
    let world: PostgresqlWorld
    let table: string
    const opened: Sink[] = []

    async function open(changes: Partial<PostgresqlSink> = {}): Promise<Sink> {
      const sink = await openSink({ settings: { ...world.settings, ...changes }, identity: 'tests', from: 0, next: 1 })
      opened.push(sink)
      return sink
    }

    const write = async (changes: Partial<PostgresqlSink> = {}) => (await open(changes)).write(pageOf([resultRow(1)]))
    const refusal = (reason: string) => ({ code: 'CONNECTOR_REFUSED', message: expect.stringContaining(reason) })

    beforeEach(async () => {
      world = await begin()
      table = `"${world.settings.table}"`
    })

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((sink) => sink.close()))
      await world.end()
    })

    it('is made by the statement that it is asked for where it must not be made', async () => {
      const failure = await write({ create: false }).catch((error: Error) => error.message)
      await world.query(/CREATE TABLE .*\)/.exec(String(failure))![0])
      expect(await write({ create: false })).toEqual([])
      expect(await world.read()).toEqual([resultRow(1)])
    })

    it('that lacks columns gets them, or asks for them', async () => {
      await world.query(`CREATE TABLE ${table} ("_id" text PRIMARY KEY, station_id bigint)`)
      await expect(write({ create: false })).rejects.toMatchObject(refusal(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS "_revision" bigint,`))
      expect(await write()).toEqual([])
      expect(await world.read()).toEqual([resultRow(1)])
    })

    it('gets the columns that later rows have more', async () => {
      const sink = await open()
      const page = pageOf([resultRow(1)])
      await sink.write({ ...page, fields: page.fields.filter(({ name }) => name !== 'count') })
      await sink.write(pageOf([resultRow(2)], 1))
      expect((await world.read()).map(({ _id, count }) => [_id, count])).toEqual([
        [resultRow(1)._id, null],
        [resultRow(2)._id, resultRow(2).count],
      ])
    })

    it.each([
      ['without a unique index on the key', '"_id" text', 'CREATE UNIQUE INDEX ON'],
      ['whose unique index is of some rows', '"_id" text); CREATE UNIQUE INDEX ON TABLE ("_id") WHERE ("_id" > \'a\'', 'CREATE UNIQUE INDEX ON'],
      ['whose unique index is of the key and more', '"_id" text, station_id bigint, UNIQUE ("_id", station_id)', 'CREATE UNIQUE INDEX ON'],
      ['with a narrower column', '"_id" text PRIMARY KEY, value bigint', 'ALTER COLUMN "value" TYPE double precision'],
      ['that wants what no row has', '"_id" text PRIMARY KEY, more text NOT NULL', 'ALTER COLUMN "more" DROP NOT NULL'],
    ])('%s is refused, and what mends it is said', async (_, columns, statement) => {
      await world.query(`CREATE TABLE ${table} (${columns.replace('TABLE', table)})`)
      await expect(write()).rejects.toMatchObject(refusal(statement))
    })

    it('of a user without rights is refused, with what others may do', async () => {
      await world.query(`DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN; CREATE TABLE ${table} ("_id" text PRIMARY KEY)`)
      await expect(write({ user: 'stranger' })).rejects.toMatchObject(refusal('42501'))
      await world.query(`DROP TABLE ${table}`)
      await expect(write({ user: 'stranger' })).rejects.toMatchObject(refusal(`(42501); others may: CREATE TABLE IF NOT EXISTS ${table}`))
      await world.query('DROP ROLE stranger')
    })

    it('refuses single rows by its own rules, also by those that wait for the commit', async () => {
      await write()
      await world.query(`ALTER TABLE ${table} ADD CHECK (station_id <> 3), ADD UNIQUE (count) DEFERRABLE INITIALLY DEFERRED`)
      const counted = (number: number, count: number): Columns => resultRow(number, 0, { ...valuesOf(number), count })
      const told = await (await open()).write(pageOf([counted(2, 20), counted(3, 30), counted(4, 20), counted(5, 50)]))
      expect(told).toMatchObject([
        { row: 1, reason: expect.stringContaining('check constraint') },
        { row: 2, reason: expect.stringContaining('already exists') },
      ])
      expect((await world.read()).map(({ station_id }) => station_id).toSorted()).toEqual([1, 2, 5])
    })

    it('keeps the earlier row of a key whose later one it refuses', async () => {
      const told = await (await open()).write(pageOf([resultRow(1), resultRow(1, 1, { ...valuesOf(1), text: '\0' })]))
      expect(told.map(({ row }) => row)).toEqual([1])
      expect(await world.read()).toEqual([resultRow(1)])
    })

    it('with a name that PostgreSQL would cut is refused', async () => {
      await expect(write({ table: 't'.repeat(64) })).rejects.toMatchObject(refusal('more than 63 bytes'))
    })

    it('that another transaction holds is waited for, and a page is whole or not there', async () => {
      await write()
      await world.query(`BEGIN; LOCK TABLE ${table}`)
      const sink = await open()
      const writing = expect(sink.write(pageOf([resultRow(2), resultRow(3)], 1))).rejects.toMatchObject({ code: 'CONNECTOR_LOST' })
      await sink.close()
      await writing
      await world.query('COMMIT')
      expect(await world.read()).toEqual([resultRow(1)])
    })

    it('is never written to as the user of the platform', async () => {
      vi.stubEnv('PGUSER', 'postgres')
      vi.stubEnv('PGPASSWORD', 'of the platform')
      try {
        await expect(write({ user: undefined })).rejects.toMatchObject(refusal('millrace'))
      } finally {
        vi.unstubAllEnvs()
      }
    })

    it('has times in UTC and text in UTF-8 whatever its user is set to', async () => {
      await world.query(`CREATE ROLE tokyo LOGIN SUPERUSER; ALTER ROLE tokyo SET TimeZone = 'Asia/Tokyo'; ALTER ROLE tokyo SET client_encoding = 'LATIN1'`)
      try {
        await world.query(`CREATE TABLE ${table} ("_id" text PRIMARY KEY, at timestamp, text text)`)
        const sink = await open({ user: 'tokyo' })
        const row = resultRow(3)
        await sink.write(pageOf([row]))
        const [found] = await world.query<{ at: string; text: string }>(`SELECT at::text, text FROM ${table}`)
        expect(found).toEqual({ at: String(row.at).replace('T', ' ').replace('Z', ''), text: row.text })
        await sink.close()
      } finally {
        await world.query('DROP ROLE tokyo')
      }
    })
  })
}
