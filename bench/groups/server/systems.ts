import { setTimeout as after } from 'node:timers/promises'
import type { NewSink, NewSource } from '@millrace/api'
import amqp from 'amqplib'
import { createTopic, send } from '../../../packages/connectors/test/kafka/cluster.ts'
import { type RealServer, startKafka, startPostgresql, startRabbitmq } from '../../../scripts/systems/real-servers.ts'
import { type Benchmark, type Figure, figure } from '../../measure.ts'
import { withFolder } from '../../state-folder.ts'
import { BenchServer } from './bench-server.ts'
import { Bodies } from './bodies.ts'
import type { LoadedTenant } from './load-spec.ts'

type From = Omit<NewSource, 'stream'>
type To = Omit<NewSink, 'of' | 'from'>

const lookMs = 10

/** Records from systems outside, and to them: through the whole server, durable in its log, everything on one machine. */
export const systemsBenchmark: Benchmark = {
  name: 'sources and sinks',
  run: ({ folder, rows, runs }) =>
    withFolder(folder, async (own) => {
      const server = await BenchServer.open(own, { outgoingAllow: '127.0.0.1' })
      const [tenant] = await server.tenants(1)
      const systems = [await startKafka(), await startRabbitmq(), await startPostgresql()] as const
      try {
        return await figuresOf(server, tenant as LoadedTenant, systems, Math.floor(rows / 20), Math.min(3, runs))
      } finally {
        await Promise.all(systems.map((system) => system?.stop()))
        server.process.end()
      }
    }),
}

type Systems = readonly [kafka: RealServer | null, rabbitmq: RealServer | null, postgresql: RealServer | null]

async function figuresOf(server: BenchServer, tenant: LoadedTenant, systems: Systems, records: number, runs: number): Promise<readonly Figure[]> {
  const [kafka, rabbitmq, postgresql] = systems
  const figures: Figure[] = []
  const own = new Measured(server, tenant, records, runs)
  if (kafka !== null) figures.push(await own.memory('Kafka', await fullTopic(kafka, 'idle', 1)))
  if (rabbitmq !== null) figures.push(await own.memory('RabbitMQ', await fullQueue(rabbitmq, 'idle', 1)))
  if (kafka !== null) figures.push(await own.source('Kafka', (run) => fullTopic(kafka, `in-${run}`, records)))
  if (rabbitmq !== null) figures.push(await own.source('RabbitMQ', (run) => fullQueue(rabbitmq, `in-${run}`, records)))
  await own.fill()
  if (kafka !== null) figures.push(await own.sink('Kafka', (run) => emptyTopic(kafka, `out-${run}`)))
  if (rabbitmq !== null) figures.push(await own.sink('RabbitMQ', (run) => emptyQueue(rabbitmq, `out-${run}`)))
  if (postgresql !== null) figures.push(await own.sink('PostgreSQL', async (run) => ({ postgresql: tableOf(postgresql, `out_${run}`) })))
  return figures
}

class Measured {
  private readonly server: BenchServer
  private readonly tenant: LoadedTenant
  private readonly records: number
  private readonly runs: number

  constructor(server: BenchServer, tenant: LoadedTenant, records: number, runs: number) {
    this.server = server
    this.tenant = tenant
    this.records = records
    this.runs = runs
  }

  /** Of the thread of a tenant whose first source it is. */
  async memory(system: string, from: From): Promise<Figure> {
    const client = this.server.client(this.tenant)
    const beforeMb = this.server.residentMb()
    await client.createSource('idle', { stream: 'alarms', ...from })
    while ((await client.getSource('idle')).accepted === 0) await after(lookMs)
    const mb = this.server.residentMb() - beforeMb
    await client.deleteSource('idle')
    return figure(`sources and sinks, memory that a tenant's first, from ${system}, takes`, 'MB', [mb])
  }

  /** All that waits, from the source's making until its records are durable; the first run warms up. */
  async source(system: string, fill: (run: number) => Promise<From>): Promise<Figure> {
    const client = this.server.client(this.tenant)
    const rates = await this.rates(async (run) => {
      const from = await fill(run)
      const startedMs = performance.now()
      await client.createSource(`s${run}`, { stream: 'alarms', ...from })
      while ((await client.getSource(`s${run}`)).accepted < this.records) await after(lookMs)
      const seconds = (performance.now() - startedMs) / 1000
      await client.deleteSource(`s${run}`)
      return seconds
    })
    return figure(`sources and sinks, records from ${system}`, 'records/s', rates)
  }

  /** All records of a stream, from the sink's making until the system has them. */
  async sink(system: string, begin: (run: number) => Promise<To>): Promise<Figure> {
    const client = this.server.client(this.tenant)
    const rates = await this.rates(async (run) => {
      const to = await begin(run)
      const startedMs = performance.now()
      await client.createSink(`s${run}`, { of: { stream: 'outgoing' }, from: 'begin', ...to })
      while ((await client.getSink(`s${run}`)).rows < this.records) await after(lookMs)
      const seconds = (performance.now() - startedMs) / 1000
      await client.deleteSink(`s${run}`)
      return seconds
    })
    return figure(`sources and sinks, records to ${system}`, 'records/s', rates)
  }

  /** The stream that sinks are of. */
  async fill(): Promise<void> {
    const client = this.server.client(this.tenant)
    const { declaration } = await client.getStream('alarms')
    await client.declareStream('outgoing', { declaration })
    await client.sendRecords('outgoing', new Bodies(this.records).next(null), { format: 'csv' })
  }

  private async rates(secondsOf: (run: number) => Promise<number>): Promise<readonly number[]> {
    const rates: number[] = []
    for (let run = 0; run <= this.runs; run++) {
      const seconds = await secondsOf(run)
      if (run > 0) rates.push(this.records / seconds)
    }
    return rates
  }
}

function linesOf(records: number): readonly Buffer[] {
  const text = new Bodies(records).next(null)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => Buffer.from(line))
}

async function fullTopic({ url }: RealServer, topic: string, records: number): Promise<From> {
  await createTopic(url, topic, 2)
  const lines = linesOf(records)
  for (const partition of [0, 1])
    await send(
      url,
      topic,
      lines.filter((_, index) => index % 2 === partition),
      partition,
    )
  return { kafka: { brokers: [url], topic, from: 'begin' } }
}

async function emptyTopic({ url }: RealServer, topic: string): Promise<To> {
  await createTopic(url, topic, 2)
  return { kafka: { brokers: [url], topic } }
}

async function fullQueue(server: RealServer, queue: string, records: number): Promise<From> {
  const model = await amqp.connect(server.url)
  const channel = await model.createConfirmChannel()
  await channel.assertQueue(queue)
  for (const line of linesOf(records)) channel.sendToQueue(queue, line, { persistent: true })
  await channel.waitForConfirms()
  await model.close()
  return { rabbitmq: { host: '127.0.0.1', port: server.port, queue } }
}

async function emptyQueue(server: RealServer, queue: string): Promise<To> {
  const model = await amqp.connect(server.url)
  await (await model.createChannel()).assertQueue(queue)
  await model.close()
  return { rabbitmq: { host: '127.0.0.1', port: server.port, routingKey: queue } }
}

function tableOf({ port }: RealServer, table: string) {
  return { host: '127.0.0.1', port, user: 'postgres', database: 'postgres', table }
}
