import type { CassandraSink } from '@millrace/api/schemas'
import { Client } from 'cassandra-driver'
import { openSink } from '../../src/cassandra/sink.ts'
import { type Columns, tenantFields } from '../conformance/rows.ts'
import { Wire } from '../conformance/wire.ts'
import type { Fault, SinkWorld } from '../conformance/worlds.ts'

let worlds = 0

export interface CassandraWorld extends SinkWorld {
  readonly settings: CassandraSink
  readonly client: Client
}

const keyspace = 'Tests'

export async function connected(port: number): Promise<Client> {
  const client = new Client({ contactPoints: [`127.0.0.1:${port}`], localDataCenter: 'datacenter1', protocolOptions: { port } })
  await client.connect()
  await client.execute(`CREATE KEYSPACE IF NOT EXISTS "${keyspace}" WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}`)
  return client
}

/** A table of its own, reached over a wire. */
export async function cassandraWorld(client: Client, port: number): Promise<CassandraWorld> {
  const wire = await Wire.to(port)
  const table = `Table_${process.pid}_${++worlds}`
  const settings = { contactPoints: [`127.0.0.1:${wire.port}`], dataCenter: 'datacenter1', keyspace, table }
  return {
    settings,
    client,
    keeps: 'results',
    guarantee: 'exactly once',
    impossible: null,
    cut: () => wire.cut(),
    silence: () => wire.silence(),
    open: (place, fault) => openSink({ settings: { ...settings, ...changed(wire, fault) }, identity: table, ...place }, { connectMs: 1000, answerMs: 3000 }),
    read: async () => (await client.execute(`SELECT * FROM "${keyspace}"."${table}"`)).rows.map(asWritten),
    end: () => wire.end(),
  }
}

/** This one lets everybody in: what is wrong is the data center, instead. */
function changed(wire: Wire, fault: Fault | undefined): Partial<CassandraSink> {
  if (fault === 'silence') wire.silence()
  const faults = { login: { dataCenter: 'elsewhere' }, place: { keyspace: 'nowhere' }, nobody: { contactPoints: ['127.0.0.1:1'] }, silence: {} }
  return faults[fault ?? 'silence']
}

const lists = new Set(tenantFields.filter(({ type }) => typeof type !== 'string').map(({ name }) => name))

/** As the line said it. */
function asWritten(row: Columns): Columns {
  return Object.fromEntries(
    Object.keys(row).map((name) => {
      const value = row[name]
      if (name === '_sequence') return ['$sequence', Number(value)]
      if (value instanceof Date) return [name, value.toISOString()]
      if (typeof value === 'string' && lists.has(name)) return [name, JSON.parse(value)]
      return [name, typeof value === 'object' && value !== null ? Number(value) : value]
    }),
  )
}
