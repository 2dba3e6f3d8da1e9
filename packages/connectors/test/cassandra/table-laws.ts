import type { CassandraSink } from '@millrace/api/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSink } from '../../src/cassandra/sink.ts'
import { pageOf, resultRow } from '../conformance/rows.ts'
import { hasOpenssl, TlsWire } from '../conformance/tls-wire.ts'
import type { CassandraWorld } from './cassandra-world.ts'

/** What only Cassandra has: tables that are there already. */
export function tableLaws(port: number, begin: () => Promise<CassandraWorld>): void {
  describe('a table of Cassandra', () => {
    let world: CassandraWorld
    let table: string

    beforeEach(async () => {
      world = await begin()
      table = `"${world.settings.keyspace}"."${world.settings.table}"`
    })

    afterEach(() => world.end())

    async function write(changes: Partial<CassandraSink> = {}) {
      const settings = { ...world.settings, ...changes }
      const sink = await openSink({ settings, identity: 'one', from: 0, next: 1 })
      return await sink.write(pageOf([resultRow(1)])).finally(() => sink.close())
    }

    const refusal = (reason: string) => ({ code: 'CONNECTOR_REFUSED', message: expect.stringContaining(reason) })

    it('is made by the statement that it is asked for where it must not be made', async () => {
      const failure = await write({ create: false }).catch((error: Error) => error.message)
      await world.client.execute(/CREATE TABLE .*\)\)/.exec(String(failure))![0])
      expect(await write({ create: false })).toEqual([])
      expect(await world.read()).toEqual([resultRow(1)])
    })

    it('that lacks columns gets them, or asks for them', async () => {
      await world.client.execute(`CREATE TABLE ${table} ("_id" text PRIMARY KEY, station_id bigint)`)
      await expect(write({ create: false })).rejects.toMatchObject(refusal(`ALTER TABLE ${table} ADD ("_revision" bigint,`))
      expect(await write()).toEqual([])
      expect(await world.read()).toEqual([resultRow(1)])
    })

    it.each([
      ['with another key', '"_id" text, station_id bigint, PRIMARY KEY ("_id", station_id)', 'primary key'],
      ['with a column of another type', '"_id" text PRIMARY KEY, value bigint', 'value as bigint, not double'],
    ])('%s is refused', async (_, columns, reason) => {
      await world.client.execute(`CREATE TABLE ${table} (${columns})`)
      await expect(write()).rejects.toMatchObject(refusal(reason))
    })

    it('whose keyspace is missing is refused, with the statement that makes it', async () => {
      await expect(write({ keyspace: 'nowhere' })).rejects.toMatchObject(refusal('CREATE KEYSPACE "nowhere" WITH replication'))
    })

    it.skipIf(!hasOpenssl)('is reached with TLS where the certificate is trusted, and of the name', async () => {
      const wire = await TlsWire.to(port)
      const contactPoints = [`127.0.0.1:${wire.port}`]
      expect(await write({ contactPoints, tls: { ca: wire.certificate, serverName: 'broker.example.org' } })).toEqual([])
      for (const tls of [{}, { ca: wire.certificate }]) await expect(write({ contactPoints, tls })).rejects.toMatchObject(refusal('certificate'))
      await wire.end()
    })
  })
}
