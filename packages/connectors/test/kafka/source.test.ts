import { Producer } from '@platformatic/kafka'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sharedKafka } from '../../../../scripts/systems/real-servers.ts'
import type { Messages, Source } from '../../src/contract.ts'
import { Cluster } from '../../src/kafka/cluster.ts'
import { groupOffset } from '../../src/kafka/offsets.ts'
import { openKafkaSource } from '../../src/kafka/source.ts'
import { asAdmin, createTopic, limits, send, unique } from './cluster.ts'

const server = await sharedKafka()
const broker = server?.url ?? ''
const bytes = (text: string): Uint8Array => Buffer.from(text)
const refused = { code: 'CONNECTOR_REFUSED' }

describe.skipIf(server === null)('a source from a topic of Kafka', () => {
  let topic: string
  const opened: Source[] = []

  async function open(position: string | null, from?: 'begin' | 'now'): Promise<Source> {
    const source = await openKafkaSource({ settings: { brokers: [broker], topic, from }, identity: topic, position }, limits)
    opened.push(source)
    return source
  }

  beforeEach(async () => {
    topic = unique('source')
    await createTopic(broker, topic, 3)
  })

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((source) => source.close()))
  })

  it('begins with what comes after its first opening, also where it was opened again before anything came', async () => {
    await send(broker, topic, [bytes('before')])
    const first = await open(null)
    const { bodies, position } = await first.next()
    expect(bodies).toEqual([])
    await send(broker, topic, [bytes('while it was closed')])
    await first.close()
    expect(await texts(await open(position), 1)).toEqual(['while it was closed'])
  })

  it('reads what the topic holds where it should begin there', async () => {
    await send(broker, topic, [bytes('before')], 2)
    expect(await texts(await open(null, 'begin'), 1)).toEqual(['before'])
  })

  it('goes on in every partition, and reads those that are new from their begin', async () => {
    await send(broker, topic, [bytes('a'), bytes('b')], 1)
    const first = await open(null, 'begin')
    const { position } = await gather(first, 2)
    await first.close()
    await asAdmin(broker, (admin) => admin.createPartitions({ topics: [{ name: topic, count: 4, assignments: null }] }))
    await expect
      .poll(() =>
        send(broker, topic, [bytes('new')], 3).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    await send(broker, topic, [bytes('c')], 1)
    expect((await texts(await open(position), 2)).toSorted()).toEqual(['c', 'new'])
  })

  it('shows how far it is in the group that is called as the source', async () => {
    await send(broker, topic, ['a', 'b'].map(bytes), 1)
    await gather(await open(null, 'begin'), 2)
    const cluster = new Cluster({ brokers: [broker], topic })
    await expect.poll(() => groupOffset(cluster, topic, 1)).toBe(2)
    await cluster.close()
  })

  it('counts what retention dropped before it was read', async () => {
    await send(broker, topic, ['a', 'b', 'c', 'd', 'e'].map(bytes))
    const { position } = await gather(await open(null, 'begin'), 5)
    await send(broker, topic, ['f', 'g', 'h'].map(bytes))
    await asAdmin(broker, (admin) => admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 7n }] }] }))
    const source = await open(position)
    const messages = await source.next()
    expect(messages).toMatchObject({ lost: 2, behind: 0 })
    expect(messages.bodies.map(String)).toEqual(['h'])
  })

  it('counts what retention drops while it is open, and goes on', async () => {
    const source = await open(null, 'begin')
    await send(broker, topic, ['a', 'b', 'c'].map(bytes))
    await asAdmin(broker, (admin) => admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 2n }] }] }))
    const messages = await source.next()
    expect(messages.bodies.map(String)).toEqual(['c'])
    expect(messages.lost).toBe(2)
    expect(JSON.parse(messages.position!)).toMatchObject({ offsets: { 0: 3, 1: 0, 2: 0 } })
  })

  it('refuses a topic that was made anew under the name', async () => {
    await send(broker, topic, [bytes('a')])
    const { position } = await gather(await open(null, 'begin'), 1)
    await asAdmin(broker, (admin) => admin.deleteTopics({ topics: [topic] }))
    await expect(open(position)).rejects.toMatchObject(refused)
    await expect
      .poll(() =>
        createTopic(broker, topic, 3).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    await expect(open(position)).rejects.toMatchObject({ ...refused, message: expect.stringContaining('made anew') })
  })

  it('is told that its topic was deleted while it waits', async () => {
    const source = await open(null, 'begin')
    const waiting = expect(source.next()).rejects.toMatchObject(refused)
    await asAdmin(broker, (admin) => admin.deleteTopics({ topics: [topic] }))
    await waiting
  })

  it('refuses a topic that ends before its position', async () => {
    const source = await open(null)
    const { position } = await source.next()
    const beyond = position!.replace('"1":0', '"1":7')
    await expect(open(beyond)).rejects.toMatchObject({ ...refused, message: expect.stringContaining('partition 1 ends at 0') })
  })

  it('gives transactions that were committed, none that were given up, and no tombstone', async () => {
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: [broker], idempotent: true, transactionalId: topic, retries: 100, retryDelay: 20 })
    for (const [index, isKept] of [false, true, false, false, true].entries()) {
      const transaction = await producer.beginTransaction({ producerId: -1n, producerEpoch: -1 })
      await transaction.send({ messages: [{ topic, value: Buffer.from(`${index}`), partition: 0 }] })
      await (isKept ? transaction.commit() : transaction.abort())
    }
    await producer.close()
    await sendTombstone()
    await send(broker, topic, [bytes('last')])
    expect(await texts(await open(null, 'begin'), 3)).toEqual(['1', '4', 'last'])
  })

  async function sendTombstone(): Promise<void> {
    const producer = new Producer<Buffer, Buffer | null, Buffer, Buffer>({ clientId: 'test', bootstrapBrokers: [broker], retries: 20, retryDelay: 50 })
    await producer.send({ messages: [{ topic, key: Buffer.from('key'), value: null, partition: 0 }], acks: -1 })
    await producer.close()
  }
})

async function texts(source: Source, count: number): Promise<readonly string[]> {
  return (await gather(source, count)).bodies.map(String)
}

/** So many messages, and the newest position. */
async function gather(source: Source, count: number): Promise<Pick<Messages, 'bodies' | 'position'>> {
  const bodies: Uint8Array[] = []
  for (;;) {
    const messages = await source.next()
    bodies.push(...messages.bodies)
    await source.accepted(messages)
    if (bodies.length >= count) return { bodies, position: messages.position }
  }
}
