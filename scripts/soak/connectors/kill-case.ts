import { setTimeout as after } from 'node:timers/promises'
import { MillraceClient } from '@millrace/api'
import type { StreamNode } from '@millrace/plan'
import { Draw } from '../../../packages/oracle/test/random/draw.ts'
import type { ServerProcess } from '../../../packages/oracle/test/server/server-process.ts'
import type { Brokers, Row } from './brokers.ts'
import { outputs, plan, type StreamName } from './counted-app.ts'
import { faultInQueue, faultInStream, faultInTable, faultInTopic } from './faults.ts'
import { type Sender, sendToQueue, sendToTopic } from './senders.ts'

export interface ConnectorKillFigures {
  kills: number
  cases: number
  /** Of connections between the server and a system. */
  cuts: number
  records: number
  letters: number
  /** Of RabbitMQ: messages that a producer sent twice, dead letters that are there twice. */
  sentTwice: number
  lettersAgain: number
  results: number
  /** Messages of queues that came again. */
  resultsAgain: number
  /** Sources and sinks that were found failing before a kill. */
  failing: number
  /** Messages that sources were told are gone. */
  lost: number
}

export const noFigures = (): ConnectorKillFigures => ({
  ...{ kills: 0, cases: 0, cuts: 0, records: 0, letters: 0, sentTwice: 0, lettersAgain: 0, results: 0, resultsAgain: 0, failing: 0, lost: 0 },
})

const settings = { workers: 1, snapshotSeconds: 1, outgoingAllow: '127.0.0.1' }
const catchUpMs = 60_000

/** A server between systems, and all of its lives. */
export class ConnectorKillCase {
  private readonly server: ServerProcess
  private readonly brokers: Brokers
  private readonly draw: Draw
  private readonly figures: ConnectorKillFigures
  private readonly senders: Readonly<Record<StreamName, Sender>>
  private key = ''

  constructor(server: ServerProcess, brokers: Brokers, seed: number, figures: ConnectorKillFigures) {
    this.server = server
    this.brokers = brokers
    this.draw = new Draw(seed)
    this.figures = figures
    this.senders = { measured: sendToTopic(brokers, this.draw.fork()), reported: sendToQueue(brokers, this.draw.fork()) }
  }

  async run(kills: number): Promise<string | null> {
    this.server.start(settings)
    await this.server.ready()
    await this.settle()
    for (let kill = 0; kill < kills; kill++) {
      await this.live()
      await this.server.kill()
      this.figures.kills++
      this.server.start(settings)
    }
    await this.server.ready()
    await Promise.all(Object.values(this.senders).map((sender) => sender.stop()))
    const late = await this.caughtUp()
    this.figures.cases++
    return late ?? (await this.faultInStreams()) ?? (await this.faultInResults())
  }

  async end(): Promise<void> {
    this.server.end()
    await Promise.allSettled(Object.values(this.senders).map((sender) => sender.stop()))
    await this.brokers.end()
  }

  private get client(): MillraceClient {
    return new MillraceClient({ url: this.server.url, key: this.key })
  }

  /** A tenant with its streams, app, sources and sinks. */
  private async settle(): Promise<void> {
    const operator = new MillraceClient({ url: this.server.url, key: this.server.operator })
    await operator.createTenant({ name: 'acme' })
    this.key = (await operator.createKey({ tenant: 'acme', scopes: ['admin'] })).secret
    const { client, brokers } = this
    for (const [name, declaration] of Object.entries(plan.streams)) await client.declareStream(name, { declaration: declaration as StreamNode })
    await client.deployApp(plan.name, { plan })
    await client.startApp(plan.name)
    for (const output of outputs)
      for (const [system, at] of Object.entries(brokers.sinksOf(output)))
        await client.createSink(`${output}-${system}`, { of: { app: plan.name, output }, from: 'begin', [system]: at })
    await client.createSource('measured', { stream: 'measured', kafka: brokers.sources.kafka })
    await client.createSource('reported', { stream: 'reported', rabbitmq: brokers.sources.rabbitmq })
  }

  /** Up to a random instant: while it starts, or under load, with connections that break. */
  private async live(): Promise<void> {
    if (this.draw.chance(0.25)) return after(this.draw.whole(0, 1500))
    await this.server.ready()
    const lives = this.draw.whole(0, 3000)
    const cut = this.draw.chance(0.4) ? this.cutIn(this.draw.whole(0, lives)) : null
    await after(lives)
    await cut
    if (lives > 1500) await this.look()
  }

  private async cutIn(ms: number): Promise<void> {
    const wire = this.draw.pick(this.brokers.wires)
    const silentMs = this.draw.chance(0.5) ? this.draw.whole(0, 300) : 0
    await after(ms)
    if (silentMs > 0) wire.silence()
    await after(silentMs)
    wire.cut()
    this.figures.cuts++
  }

  private async look(): Promise<void> {
    const found = [...(await this.client.listSources()).items, ...(await this.client.listSinks()).items]
    this.figures.failing += found.filter(({ failing }) => failing !== null).length
  }

  /** Everything that was sent has been taken, and everything that came of it has gone out; otherwise what is missing. */
  private async caughtUp(): Promise<string | null> {
    const deadline = performance.now() + catchUpMs
    let waits = await this.waits()
    while (waits !== null && performance.now() < deadline) {
      await after(100)
      waits = await this.waits()
    }
    if (waits !== null) return `after a minute: ${waits}`
    await this.client.stopApp(plan.name)
    return await this.sinksAreDone(deadline)
  }

  private async waits(): Promise<string | null> {
    const { client, senders } = this
    for (const name of ['measured', 'reported'] as const) {
      const { failing, behind } = await client.getSource(name)
      const { rows } = (await client.getStream(name)).figures
      if (failing !== null || behind !== 0) return `source ${name} is ${behind} behind, ${failing?.reason}`
      const { size } = senders[name].sent.good
      if (rows < size) return `stream ${name} has ${rows} of ${size} records`
    }
    const { figures } = await client.appFigures(plan.name)
    return figures?.lag === 0 ? null : `the app is ${figures?.lag} behind`
  }

  private async sinksAreDone(deadline: number): Promise<string | null> {
    for (;;) {
      const { items } = await this.client.listSinks()
      const waiting = items.find(({ failing, behind }) => failing !== null || behind !== 0)
      if (waiting === undefined) return null
      if (performance.now() > deadline) return `sink ${waiting.name} is ${waiting.behind} behind, ${waiting.failing?.reason}`
      await after(50)
    }
  }

  private async faultInStreams(): Promise<string | null> {
    for (const [name, { sent }] of Object.entries(this.senders)) {
      const records = await all((from) => this.client.readRecords(name, from))
      const letters = await all((from) => this.client.readDeadLetters(name, from))
      // A misfit has no message id.
      const fault = faultInStream(sent, records, letters, name === 'reported' ? Number.POSITIVE_INFINITY : 1)
      if (fault !== null) return `stream ${name}: ${fault}`
      this.figures.records += records.length
      this.figures.letters += sent.bad.size
      this.figures.lettersAgain += letters.length - sent.bad.size
      this.figures.sentTwice += sent.twice
      this.figures.lost += (await this.client.getSource(name)).lost
    }
    return null
  }

  private async faultInResults(): Promise<string | null> {
    for (const output of outputs) {
      const results = await all((from) => this.client.readResults(plan.name, output, from))
      const queue = await this.brokers.queueMessages(output)
      const topic = await this.brokers.topicRows(output)
      const fault = faultInTopic(results, topic) ?? faultInQueue(results, queue) ?? faultInTable(results, await this.brokers.tableRows(output))
      if (fault !== null) return `${output}: ${fault}`
      this.figures.results += results.length
      this.figures.resultsAgain += queue.length - results.length
    }
    return null
  }
}

interface Place {
  readonly from: number | 'begin'
  readonly limit: number
}

async function all(page: (place: Place) => Promise<{ readonly items: readonly object[]; readonly next: number }>): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (let from: Place['from'] = 'begin'; ; ) {
    const { items, next } = await page({ from, limit: 10_000 })
    for (const item of items) rows.push({ ...item })
    if (items.length === 0) return rows
    from = next
  }
}
