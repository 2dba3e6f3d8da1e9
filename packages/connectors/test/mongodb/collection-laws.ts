import { Double, Int32, Long } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSink } from '../../src/mongodb/sink.ts'
import { pageOf, recordRow, resultRow, valuesOf } from '../conformance/rows.ts'
import { hasOpenssl, TlsWire } from '../conformance/tls-wire.ts'
import type { MongodbWorld } from './mongodb-world.ts'

/** What only MongoDB has: types of values in documents, rules of a collection. */
export function collectionLaws(port: number, begin: () => Promise<MongodbWorld>): void {
  describe('a collection of MongoDB', () => {
    let world: MongodbWorld

    beforeEach(async () => {
      world = await begin()
    })

    afterEach(() => world.end())

    const collection = () => world.client.db('tests').collection<{ _id: string | Long }>(world.settings.collection)

    it('has each value as what it is, whole numbers too', async () => {
      const sink = await world.open({ from: 0, next: 2 })
      await sink.write(pageOf([resultRow(8)]))
      await sink.close()
      const [found] = await collection().find({}, { promoteValues: false }).toArray()
      expect(found).toMatchObject({
        _id: resultRow(8)._id,
        _revision: Long.fromNumber(0),
        station_id: Long.fromNumber(8),
        count: new Int32(2_147_483_647),
        at: new Date(String(resultRow(8).at)),
        lasted: Long.fromNumber(-9_007_199_254_740_991),
        sensor: { place: { height: new Double(1) } },
      })
      // What it is made of is compared above, not of which class it is.
      expect(found).toHaveProperty('sensor.place.height._bsontype', 'Double')
      expect(found).toHaveProperty('lasted._bsontype', 'Long')
      expect(found).toHaveProperty('_revision._bsontype', 'Long')
    })

    it('has the sequence of a record as its id, and nowhere else', async () => {
      const sink = await world.open({ from: 0, next: 9 })
      await sink.write(pageOf([recordRow(8)]))
      await sink.close()
      const [found] = await collection().find({}, { promoteValues: false }).toArray()
      expect(found?._id).toEqual(Long.fromNumber(8))
      expect(found).not.toHaveProperty('_sequence')
    })

    it('refuses single rows by an index of its own', async () => {
      await collection().createIndex({ count: 1 }, { unique: true })
      const sink = await world.open({ from: 0, next: 3 })
      const counted = (number: number, count: number) => resultRow(number, 0, { ...valuesOf(number), count })
      const told = await sink.write(pageOf([counted(1, 10), counted(2, 10), counted(3, 30)]))
      await sink.close()
      expect(told).toMatchObject([{ row: 1, reason: expect.stringContaining('E11000') }])
      expect((await world.read()).map(({ station_id }) => station_id).toSorted()).toEqual([1, 3])
    })

    it.skipIf(!hasOpenssl)('is reached with TLS where the certificate is trusted, and of the name', async () => {
      const wire = await TlsWire.to(port)
      const open = (tls: object) =>
        openSink(
          { settings: { ...world.settings, servers: [`127.0.0.1:${wire.port}`], tls }, identity: 'one', from: 0, next: 1 },
          { connectMs: 500, answerMs: 4000 },
        )
      const sink = await open({ ca: wire.certificate, serverName: 'broker.example.org' })
      expect(await sink.write(pageOf([resultRow(1)]))).toEqual([])
      await sink.close()
      for (const tls of [{}, { ca: wire.certificate }]) await expect(open(tls)).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED' })
      await wire.end()
    })
  })
}
