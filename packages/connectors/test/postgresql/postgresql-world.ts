import type { PostgresqlSink } from '@millrace/api/schemas'
import { Client, escapeIdentifier } from 'pg'
import { openSink } from '../../src/postgresql/sink.ts'
import { type Columns, tenantFields } from '../conformance/rows.ts'
import { Wire } from '../conformance/wire.ts'
import type { Fault, SinkWorld } from '../conformance/worlds.ts'

let worlds = 0

export interface PostgresqlWorld extends SinkWorld {
  readonly settings: PostgresqlSink
  /** Of the database itself. */
  query<R extends object>(text: string): Promise<readonly R[]>
}

/** A table of its own, reached over a wire. */
export async function postgresqlWorld(port: number): Promise<PostgresqlWorld> {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' })
  await client.connect()
  const wire = await Wire.to(port)
  const table = `Table_${process.pid}_${++worlds}`
  const settings = { host: '127.0.0.1', port: wire.port, user: 'postgres', database: 'postgres', table }
  const query = async <R extends object>(text: string): Promise<readonly R[]> => (await client.query<R>(text)).rows
  return {
    settings,
    query,
    keeps: 'results',
    guarantee: 'exactly once',
    impossible: { text: 'a \0 is in no text' },
    cut: () => wire.cut(),
    silence: () => wire.silence(),
    open: (place, fault) => openSink({ settings: { ...settings, ...changed(wire, fault) }, identity: table, ...place }, { connectMs: 500, answerMs: 1500 }),
    read: async () => (await query<Columns>(`SELECT * FROM ${escapeIdentifier(table)}`)).map(asWritten),
    async end() {
      await wire.end()
      await query(`DROP TABLE IF EXISTS ${escapeIdentifier(table)}`)
      await client.end()
    },
  }
}

function changed(wire: Wire, fault: Fault | undefined): Partial<PostgresqlSink> {
  if (fault === 'silence') wire.silence()
  return { login: { user: 'nobody_of_that_name' }, place: { database: 'no_such_place' }, nobody: { port: 1 }, silence: {} }[fault ?? 'silence'] ?? {}
}

/** The library gives bigint as text. */
const wholes = new Set(['_revision', ...tenantFields.filter(({ type }) => type === 'int64' || type === 'duration').map(({ name }) => name)])

/** As the line said it. */
function asWritten(row: Columns): Columns {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (name === '_sequence') return ['$sequence', Number(value)]
      if (value !== null && wholes.has(name)) return [name, Number(value)]
      return [name, value instanceof Date ? value.toISOString() : value]
    }),
  )
}
