import type { KafkaSink } from '@millrace/api/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sharedKafka } from '../../../../scripts/systems/real-servers.ts'
import type { Sink } from '../../src/contract.ts'
import { Cluster } from '../../src/kafka/cluster.ts'
import { groupOffset } from '../../src/kafka/offsets.ts'
import { openKafkaSink } from '../../src/kafka/sink.ts'
import { pageOf, resultRow, valuesOf } from '../conformance/rows.ts'
import type { Wire } from '../conformance/wire.ts'
import { asAdmin, createTopic, limits, readAll, unique, wireTo } from './cluster.ts'

const server = await sharedKafka()
const broker = server?.url ?? ''
const refused = { code: 'CONNECTOR_REFUSED' }
const page = (from: number, count: number) =>
  pageOf(
    Array.from({ length: count }, (_, index) => resultRow(from + index, 0, { station_id: from + index })),
    from,
  )

describe.skipIf(server === null)('a sink to a topic of Kafka', () => {
  let topic: string
  let wire: Wire
  const opened: Sink[] = []

  async function open(more: Partial<KafkaSink> = {}, from = 0, next = 1e6): Promise<Sink> {
    const settings = { brokers: [`127.0.0.1:${wire.port}`], topic, ...more }
    const sink = await openKafkaSink({ settings, identity: topic, from, next }, limits)
    opened.push(sink)
    return sink
  }

  async function stations(): Promise<readonly number[]> {
    return (await readAll(broker, topic)).map((body) => JSON.parse(Buffer.from(body).toString()).station_id as number)
  }

  beforeEach(async () => {
    topic = unique('sink')
    await createTopic(broker, topic, 3)
    wire = await wireTo(server!.port)
  })

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((sink) => sink.close()))
    await wire.end()
  })

  it('a sink that was opened anew leaves the former one without a say', async () => {
    const former = await open()
    await former.write(page(0, 10))
    const newer = await open()
    await expect(former.write(page(10, 10))).rejects.toMatchObject({ code: 'CONNECTOR_LOST' })
    await newer.write(page(10, 10))
    expect(sorted(await stations())).toEqual(upTo(20))
  })

  it('rows that are there are not written again, wherever the pages begin', async () => {
    await (await open()).write(page(0, 10))
    await (await open()).write(page(3, 10))
    expect(sorted(await stations())).toEqual(upTo(13))
  })

  it('a topic with rows beyond the end of the log is refused', async () => {
    await (await open()).write(page(0, 10))
    await expect(open({}, 5, 9)).rejects.toMatchObject({ ...refused, message: expect.stringContaining('up to position 10') })
    await open({}, 5, 10)
  })

  it('its offset is young again with each opening, and where Kafka forgot it, rows behind those that are there are written', async () => {
    const sink = await open()
    await sink.write(page(0, 10))
    await sink.close()
    await asAdmin(broker, (admin) => admin.deleteGroups({ groups: [topic] }))
    const later = await open({}, 10)
    await expect.poll(() => keptOffset()).toBe(10)
    await later.write(page(10, 3))
    expect(sorted(await stations())).toEqual(upTo(13))
  })

  async function keptOffset(): Promise<number | null> {
    const cluster = new Cluster({ brokers: [broker], topic })
    return groupOffset(cluster, topic, 0).finally(() => cluster.close())
  }

  it('each row is there once, whenever the connection breaks', async () => {
    const count = 400
    let sink = await open()
    let written = 0
    while (written < count) {
      const breaks = setTimeout(() => wire.cut(), Math.random() * 40)
      try {
        await sink.write(page(written, 20))
        written += 20
      } catch (error) {
        expect(error).toMatchObject({ code: 'CONNECTOR_LOST' })
        await sink.close()
        clearTimeout(breaks)
        sink = await open()
      }
      clearTimeout(breaks)
    }
    expect(sorted(await stations())).toEqual(upTo(count))
  })

  it('rows of one key are in one partition, in their order', async () => {
    const rows = Array.from({ length: 100 }, (_, index) => resultRow(index, 0, { station_id: index % 7, count: index }))
    await (await open({ key: 'station {station_id}' })).write(pageOf(rows))
    const found = (await readAll(broker, topic)).map((body) => JSON.parse(Buffer.from(body).toString()) as { station_id: number; count: number })
    for (let station = 0; station < 7; station++) {
      const counts = found.filter(({ station_id }) => station_id === station).map(({ count }) => count)
      expect(counts).toEqual(upTo(100).filter((index) => index % 7 === station))
    }
  })

  it('a key that names a column which is not there is refused', async () => {
    await expect((await open({ key: '{station}' })).write(page(0, 1))).rejects.toMatchObject({ ...refused, message: expect.stringContaining('station_id') })
  })

  it('pages larger than what a topic takes at once arrive whole', async () => {
    const text = 'x'.repeat(9000)
    const rows = Array.from({ length: 500 }, (_, index) => resultRow(index, 0, { station_id: index, text }))
    await (await open({ key: 'all' })).write(pageOf(rows))
    expect(await stations()).toEqual(upTo(500))
  })

  it('a row that is too large is told again when its page is', async () => {
    const rows = pageOf([resultRow(0), resultRow(1, 0, { ...valuesOf(1), text: 'x'.repeat(2000) }), resultRow(2)])
    const told = [{ row: 1, reason: expect.stringContaining('maxMessageBytes') }]
    expect(await (await open({ maxMessageBytes: 2000 })).write(rows)).toEqual(told)
    expect(await (await open({ maxMessageBytes: 2000 })).write(rows)).toEqual(told)
    expect(sorted(await stations())).toEqual([0, 2])
  })

  it('messages that the topic does not take are refused', async () => {
    const small = unique('small')
    await createTopic(broker, small, 1, { 'max.message.bytes': '1000' })
    const rows = pageOf([resultRow(0, 0, { ...valuesOf(0), text: 'x'.repeat(2000) })])
    const sink = await openKafkaSink({ settings: { brokers: [broker], topic: small }, identity: small, from: 0, next: 10 }, limits)
    opened.push(sink)
    await expect(sink.write(rows)).rejects.toMatchObject({ ...refused, message: expect.stringContaining('max.message.bytes') })
  })
})

function sorted(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b)
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index)
}
