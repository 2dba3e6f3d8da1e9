import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sharedKafka, sharedPostgresql, sharedRabbitmq } from '../../../../scripts/systems/real-servers.ts'
import { World } from '../world.ts'
import { KafkaTopic } from './kafka-topic.ts'
import { PostgresqlTables } from './postgresql-tables.ts'
import { RabbitmqQueue } from './rabbitmq-queue.ts'
import { reading, Tenant } from './tenant-world.ts'

const [kafka, rabbitmq, postgresql] = await Promise.all([sharedKafka(), sharedRabbitmq(), sharedPostgresql()])
const settings = { workers: 1, outgoingAllow: '127.0.0.1' }
const windows = { app: 'watch', output: 'windows' }

describe.skipIf(kafka === null || rabbitmq === null || postgresql === null)('sources and sinks of a server', () => {
  const world = new World()
  const ends: (() => Promise<void>)[] = []
  let tables: PostgresqlTables

  beforeAll(async () => {
    await world.open(settings)
    tables = await PostgresqlTables.on(postgresql!.port)
  })
  afterAll(async () => {
    await world.end()
    await Promise.all(ends.map((end) => end()))
    await tables.end()
  })

  async function newTopic(): Promise<KafkaTopic> {
    const topic = await KafkaTopic.on(kafka!.url)
    ends.push(() => topic.end())
    return topic
  }

  async function newQueue(): Promise<RabbitmqQueue> {
    const queue = await RabbitmqQueue.on(rabbitmq!)
    ends.push(() => queue.end())
    return queue
  }

  it('bring records of a queue and of a topic, and results to a table, a topic and an exchange, and what did not fit is a dead letter', async () => {
    const tenant = await Tenant.in(world)
    const [queue, exchange, topic, results] = await Promise.all([newQueue(), newQueue(), newTopic(), newTopic()])
    const { client } = tenant
    await client.createSink('table', { of: windows, postgresql: tables.sink('first') })
    await client.createSink('topic', { of: windows, kafka: results.settings })
    await client.createSink('exchange', { of: windows, rabbitmq: exchange.sink })
    await client.createSource('queue', { stream: 'readings', rabbitmq: queue.source })
    await client.createSource('topic', { stream: 'readings', kafka: { ...topic.settings, from: 'begin' } })
    await queue.send(reading(1, 1), 'no JSON \u00e9', `${reading(1, 2)}\n${reading(2, 3)}\n`)
    await topic.send(reading(1, 4), '{"sensor":"x"}', reading(2, 5))
    await expect.poll(async () => (await tenant.records()).length).toBe(5)
    await topic.send(reading(3, 20))
    await expect.poll(() => results.received.length).toBe(2)
    await expect.poll(async () => (await tables.rows('first')).length).toBe(2)
    await expect.poll(async () => (await exchange.figures()).messageCount).toBe(2)
    const ids = (await tenant.windows()).map(({ _id }) => _id)
    const bySensor = [...(await tables.rows('first'))].sort((a, b) => Number(a['sensor']) - Number(b['sensor']))
    expect(bySensor.map(({ sensor, count, _id }) => [sensor, Number(count), _id])).toEqual([
      [1, 3, ids[0]],
      [2, 2, ids[1]],
    ])
    expect(results.received.map((text) => (JSON.parse(text) as { _id: unknown })._id)).toEqual(ids)
    expect((await exchange.take()).map(({ properties }) => properties.messageId)).toEqual(ids)
    const letters = (await client.readDeadLetters('readings', { from: 'begin' })).items
    expect(letters.map(({ text }) => text).sort()).toEqual(['no JSON \u00e9', '{"sensor":"x"}'])
  })

  it('bring all results, alerts alone, what came too late alone, and dead letters, each where its sink says', async () => {
    const tenant = await Tenant.in(world)
    const { client } = tenant
    const of = {
      d3_all: windows,
      d3_alerts: { app: 'watch', output: 'alerts' },
      d3_late: { app: 'watch', late: 'aggregate-1' },
      d3_dead: { deadLetters: 'readings' },
    }
    for (const [table, out] of Object.entries(of)) await client.createSink(table, { of: out, postgresql: tables.sink(table) })
    const all = [reading(1, 1, 95), reading(2, 2), reading(1, 20), reading(2, 3), 'misfit', reading(1, 40)]
    await client.sendRecords('readings', all.join('\n'))
    const found = async (): Promise<readonly number[]> => {
      const counts: number[] = []
      for (const table of Object.keys(of)) counts.push((await tables.rows(table)).length)
      return counts
    }
    // An alert that opened and cleared is a row, as it was last.
    await expect.poll(found).toEqual([3, 1, 1, 1])
    expect(await tables.rows('d3_alerts')).toMatchObject([{ alert: 'clear', sensor: 1 }])
    expect(await tables.rows('d3_late')).toMatchObject([{ sensor: 2, value: 1, _lagMs: '17000' }])
    expect(await tables.rows('d3_dead')).toMatchObject([{ stream: 'readings', text: 'misfit', code: 'JSON_NOT_OBJECT' }])
  })

  it('lose nothing and double nothing over restarts of the server, from topic to topic', async () => {
    const tenant = await Tenant.in(world)
    const [topic, copies] = await Promise.all([newTopic(), newTopic()])
    await tenant.client.createSource('in', { stream: 'readings', kafka: { ...topic.settings, from: 'begin' } })
    await tenant.client.createSink('out', { of: { stream: 'readings' }, from: 'begin', kafka: copies.settings })
    let sent = 0
    let isOver = false
    const sending = (async () => {
      for (; !isOver; sent++) await topic.send(reading(sent, sent))
    })()
    for (let restarts = 0; restarts < 2; restarts++) {
      const before = copies.received.length
      await expect.poll(() => copies.received.length, { interval: 10 }).toBeGreaterThan(before)
      await world.restart(settings)
    }
    isOver = true
    await sending
    await expect.poll(() => copies.received.length).toBeGreaterThanOrEqual(sent)
    expect(copies.received.map((text) => (JSON.parse(text) as { sensor: number }).sensor)).toEqual(Array.from({ length: sent }, (_, number) => number))
  })

  it('from the begin bring what was there before, in a pause nothing, and after it all that came meanwhile', async () => {
    const tenant = await Tenant.in(world)
    const { client } = tenant
    const send = (...numbers: readonly number[]) => client.sendRecords('readings', numbers.map((number) => reading(number, number)).join('\n'))
    const sensors = async (table: string) => (await tables.rows(table)).map(({ sensor }) => sensor).sort()
    await send(1, 2)
    await client.createSink('begin', { of: { stream: 'readings' }, from: 'begin', postgresql: tables.sink('begun') })
    await client.createSink('now', { of: { stream: 'readings' }, postgresql: tables.sink('later') })
    await expect.poll(() => sensors('begun')).toEqual([1, 2])
    await client.changeSink('begin', { paused: true })
    await send(3, 4)
    await expect.poll(() => sensors('later')).toEqual([3, 4])
    expect(await sensors('begun')).toEqual([1, 2])
    await client.changeSink('begin', { paused: false })
    await expect.poll(() => sensors('begun')).toEqual([1, 2, 3, 4])
  })

  it('keep rows that PostgreSQL never takes as dead letters of the sink, and bring the others', async () => {
    const { client } = await Tenant.in(world)
    await client.createSink('notes', { of: { stream: 'readings' }, postgresql: tables.sink('notes') })
    await client.sendRecords('readings', [reading(1, 1, 1, 'a'), reading(2, 2, 1, 'b\0'), reading(3, 3, 1, 'c')].join('\n'))
    await expect.poll(async () => (await client.getSink('notes')).refused).toBe(1)
    expect((await tables.rows('notes')).map(({ note }) => note)).toEqual(['a', 'c'])
    const [letter] = (await client.readSinkDeadLetters('notes', { from: 'begin' })).items
    expect(letter).toMatchObject({ rows: 1, reason: expect.stringMatching(/0000|\\0|null/i) })
    expect(JSON.parse(String(letter!['body']))).toMatchObject({ sensor: 2, note: 'b\0' })
  })

  it('are counted, and end with their tenant: no connection is left', async () => {
    const tenant = await Tenant.in(world)
    const queue = await newQueue()
    const own = await PostgresqlTables.on(postgresql!.port)
    ends.push(() => own.end())
    await tenant.client.createSource('counted', { stream: 'readings', rabbitmq: queue.source })
    await tenant.client.createSink('counted', { of: { stream: 'readings' }, postgresql: own.sink('counted') })
    await queue.send(reading(1, 1), reading(2, 2), reading(3, 3, 1, '\0'))
    const figures = async () => (await world.metrics()).split('\n').filter((line) => line.includes(tenant.name))
    const labels = (kind: string) => `{tenant="${tenant.name}",${kind}="counted"}`
    const expected = [
      `millrace_source_messages_total${labels('source')} 3`,
      `millrace_source_lost_messages_total${labels('source')} 0`,
      `millrace_source_failing${labels('source')} 0`,
      `millrace_sink_rows_total${labels('sink')} 2`,
      `millrace_sink_refused_rows_total${labels('sink')} 1`,
      `millrace_sink_behind_records${labels('sink')} 0`,
      `millrace_sink_failing${labels('sink')} 0`,
    ]
    await expect.poll(figures).toEqual(expect.arrayContaining(expected))
    expect([(await queue.figures()).consumerCount, await own.connections()]).toEqual([1, 1])
    await world.ask('DELETE', `/v1/tenants/${tenant.name}`)
    await expect.poll(async () => [(await queue.figures()).consumerCount, await own.connections()]).toEqual([0, 0])
    expect((await figures()).filter((line) => /millrace_(source|sink)_/.test(line))).toEqual([])
  })
})
