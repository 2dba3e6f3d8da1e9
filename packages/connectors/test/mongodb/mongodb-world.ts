import type { MongodbSink } from '@millrace/api/schemas'
import { MongoClient } from 'mongodb'
import { openSink } from '../../src/mongodb/sink.ts'
import { type Columns, flat } from '../conformance/rows.ts'
import { Wire } from '../conformance/wire.ts'
import type { Fault, SinkWorld } from '../conformance/worlds.ts'

let worlds = 0

export interface MongodbWorld extends SinkWorld {
  readonly settings: MongodbSink
  readonly client: MongoClient
}

/** A collection of its own, reached over a wire. */
export async function mongodbWorld(port: number): Promise<MongodbWorld> {
  const client = await new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`).connect()
  const wire = await Wire.to(port)
  const collection = `collection_${process.pid}_${++worlds}`
  const settings = { servers: [`127.0.0.1:${wire.port}`], database: 'tests', collection }
  return {
    settings,
    client,
    keeps: 'results',
    guarantee: 'exactly once',
    impossible: null,
    cut: () => wire.cut(),
    silence: () => wire.silence(),
    open: (place, fault) =>
      openSink({ settings: { ...settings, ...changed(wire, fault) }, identity: collection, ...place }, { connectMs: 500, answerMs: 4000 }),
    read: async () => (await client.db('tests').collection(collection).find().toArray()).map(asWritten),
    async end() {
      await wire.end()
      await client.db('tests').collection(collection).drop()
      await client.close()
    },
  }
}

function changed(wire: Wire, fault: Fault | undefined): Partial<MongodbSink> {
  if (fault === 'silence') wire.silence()
  const faults = {
    login: { user: 'nobody', password: 'wrong' },
    place: { collection: '_ferretdb_keeps_these' },
    nobody: { servers: ['127.0.0.1:1'] },
    silence: {},
  }
  return faults[fault ?? 'silence']
}

function asWritten(document: Columns): Columns {
  const { _id, ...columns } = flat(withTexts(document) as Columns)
  return { [typeof _id === 'number' ? '$sequence' : '_id']: _id, ...columns }
}

/** Times as the line said them. */
function withTexts(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(withTexts)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withTexts(inner)]))
}
