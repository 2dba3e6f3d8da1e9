import type { KafkaSink } from '@millrace/api/schemas'
import { describe } from 'vitest'
import { sharedKafka } from '../../../../scripts/systems/real-servers.ts'
import { openKafkaSink } from '../../src/kafka/sink.ts'
import { openKafkaSource } from '../../src/kafka/source.ts'
import { type Columns, flat } from '../conformance/rows.ts'
import { sinkLaws } from '../conformance/sink-laws.ts'
import { sourceLaws } from '../conformance/source-laws.ts'
import type { Fault, SinkWorld, SourceWorld } from '../conformance/worlds.ts'
import { createTopic, limits, readAll, send, unique, wireTo } from './cluster.ts'

const server = await sharedKafka()

describe.skipIf(server === null)('Kafka', () => {
  sourceLaws('Kafka', async () => {
    const place = await newPlace()
    const { topic, wire, broker } = place
    return {
      ...place,
      open: async (position, fault) => openKafkaSource({ settings: { ...(await place.settings(fault)), from: 'begin' }, identity: topic, position }, limits),
      send: (bodies) => send(broker, topic, bodies),
      cut: () => wire.cut(),
    } satisfies SourceWorld
  })

  sinkLaws('Kafka', async () => {
    const place = await newPlace()
    const { topic, wire, broker } = place
    return {
      ...place,
      keeps: 'messages',
      guarantee: 'exactly once',
      open: async (at, fault) => openKafkaSink({ settings: { ...(await place.settings(fault)), maxMessageBytes: 500_000 }, identity: topic, ...at }, limits),
      read: async () => (await readAll(broker, topic)).map((body) => flat(JSON.parse(Buffer.from(body).toString()) as Columns)),
      impossible: { text: 'x'.repeat(500_000) },
      cut: () => wire.cut(),
    } satisfies SinkWorld
  })
})

/** A topic of its own, reached over a wire. */
async function newPlace() {
  const { port, url: broker } = server!
  const topic = unique('laws')
  await createTopic(broker, topic)
  const wire = await wireTo(port)
  const settings = async (fault?: Fault): Promise<KafkaSink> => {
    if (fault === 'silence') wire.silence()
    const sasl = { mechanism: 'plain', user: 'somebody', password: 'wrong' } as const
    const brokers = [fault === 'nobody' ? '127.0.0.1:1' : `127.0.0.1:${wire.port}`]
    return { brokers, topic: fault === 'place' ? 'nowhere' : topic, ...(fault === 'login' && { sasl }) }
  }
  return { topic, broker, wire, settings, silence: () => wire.silence(), end: () => wire.end() }
}
