import { randomUUID } from 'node:crypto'
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib'
import { Client } from 'pg'
import { Wire } from '../../../packages/connectors/test/conformance/wire.ts'
import { createTopic, readAll, wireTo } from '../../../packages/connectors/test/kafka/cluster.ts'
import type { Address } from '../../systems/real-servers.ts'
import { type OutputName, outputs } from './counted-app.ts'

export interface Systems {
  readonly kafka: Address
  readonly rabbitmq: Address
  readonly postgresql: Address
}

export type Row = Readonly<Record<string, unknown>>
export interface Message {
  readonly id: unknown
  readonly row: Row
}

/** Places of a case in the three systems, and the wires over which the server reaches them. */
export class Brokers {
  /** Of all that is the case's own. */
  readonly name = `kills_${randomUUID().replaceAll('-', '')}`
  readonly systems: Systems
  readonly wires: readonly [kafka: Wire, rabbitmq: Wire, postgresql: Wire]
  readonly channel: ConfirmChannel
  private readonly model: ChannelModel
  private readonly database: Client

  private constructor(systems: Systems, wires: readonly [Wire, Wire, Wire], model: ChannelModel, channel: ConfirmChannel) {
    this.systems = systems
    this.wires = wires
    this.model = model
    this.channel = channel
    this.database = new Client({ host: '127.0.0.1', port: systems.postgresql.port, user: 'postgres', database: 'postgres' })
  }

  static async open(systems: Systems): Promise<Brokers> {
    const { kafka, rabbitmq, postgresql } = systems
    const model = await connect(rabbitmq.url)
    const wires = [await wireTo(kafka.port), await Wire.to(rabbitmq.port), await Wire.to(postgresql.port)] as const
    const brokers = new Brokers(systems, wires, model, await model.createConfirmChannel())
    await brokers.database.connect()
    for (const place of ['in', ...outputs]) {
      await createTopic(kafka.url, brokers.of(place), 2)
      await brokers.channel.assertQueue(brokers.of(place))
    }
    return brokers
  }

  /** A topic, queue or table of the case. */
  of(place: string): string {
    return `${this.name}_${place}`
  }

  get sources() {
    return { kafka: { ...this.kafka, topic: this.of('in'), from: 'begin' as const }, rabbitmq: { ...this.rabbitmq, queue: this.of('in') } }
  }

  /** One a system, by its name. */
  sinksOf(output: OutputName) {
    const postgresql = { host: '127.0.0.1', port: this.wires[2].port, database: 'postgres', user: 'postgres', table: this.of(output) }
    return { kafka: { ...this.kafka, topic: this.of(output), key: '{sensor}' }, rabbitmq: { ...this.rabbitmq, routingKey: this.of(output) }, postgresql }
  }

  /** What is committed in an output's topic, the rows of a key in their order. */
  async topicRows(output: OutputName): Promise<readonly Row[]> {
    return (await readAll(this.systems.kafka.url, this.of(output))).map(rowOf)
  }

  /** What is in an output's queue, in its order. */
  async queueMessages(output: OutputName): Promise<readonly Message[]> {
    const messages: Message[] = []
    const name = this.of(output)
    for (let found = await this.channel.get(name); found; found = await this.channel.get(name))
      messages.push({ id: found.properties.messageId, row: rowOf(found.content) })
    return messages
  }

  async tableRows(output: OutputName): Promise<readonly Row[]> {
    return (await this.database.query<Row>(`SELECT * FROM "${this.of(output)}"`)).rows
  }

  async end(): Promise<void> {
    await Promise.all(this.wires.map((wire) => wire.end()))
    for (const place of ['in', ...outputs]) {
      await this.channel.deleteQueue(this.of(place))
      await this.database.query(`DROP TABLE IF EXISTS "${this.of(place)}"`)
    }
    await this.model.close()
    await this.database.end()
  }

  private get kafka() {
    return { brokers: [`127.0.0.1:${this.wires[0].port}`] }
  }

  private get rabbitmq() {
    return { host: '127.0.0.1', port: this.wires[1].port }
  }
}

function rowOf(bytes: Uint8Array): Row {
  return JSON.parse(Buffer.from(bytes).toString()) as Row
}
