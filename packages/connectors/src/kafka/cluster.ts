import { setTimeout as pause } from 'node:timers/promises'
import {
  type API,
  addOffsetsToTxnV3,
  addPartitionsToTxnV3,
  apiVersionsV3,
  type Connection,
  endTxnV3,
  fetchV13,
  findCoordinatorV4,
  initProducerIdV4,
  listOffsetsV7,
  metadataV12,
  offsetCommitV8,
  offsetFetchV8,
  produceV9,
  txnOffsetCommitV3,
} from '@platformatic/kafka'
import { type Address, addressOf, connect, defaultLimits, disconnect, type Limits, newConnection, type Reached } from './connection.ts'
import { answered, failure, isRefused, kafkaLost, kafkaRefused } from './failures.ts'

/** The ones that Kafka 3.1 to 4 know all: there is nothing to negotiate. */
export const requests = {
  addOffsetsToTxn: addOffsetsToTxnV3.api,
  addPartitionsToTxn: addPartitionsToTxnV3.api,
  endTxn: endTxnV3.api,
  fetch: fetchV13.api,
  findCoordinator: findCoordinatorV4.api,
  initProducerId: initProducerIdV4.api,
  listOffsets: listOffsetsV7.api,
  metadata: metadataV12.api,
  offsetCommit: offsetCommitV8.api,
  offsetFetch: offsetFetchV8.api,
  produce: produceV9.api,
  txnOffsetCommit: txnOffsetCommitV3.api,
} as const

export interface Topic {
  readonly id: string
  /** Number of the broker that leads each, by partition. */
  readonly leaders: readonly number[]
}

/** Which broker is meant: one by its number, or any. */
export type Node = number | 'any'

/** Fetches wait at the broker, which answers one request of a connection after the other: they have connections of their own. */
export type Purpose = 'ask' | 'fetch'

const retryMs = 30_000
/** Brokers end connections that nothing is asked on; one that was in use until a moment ago broke. */
const idleMs = 60_000
const passing = ['CONCURRENT_TRANSACTIONS', 'COORDINATOR_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE', 'UNSTABLE_OFFSET_COMMIT']
const moving = 'NOT_COORDINATOR'

/** The brokers of a cluster: a connection to each is made when it is first asked. After `close` all calls fail. */
export class Cluster {
  readonly settings: Reached
  private readonly limits: Limits
  private readonly connections = new Map<string, Opened>()
  private readonly closing = new AbortController()
  private brokers: ReadonlyMap<number, Address> = new Map()

  constructor(settings: Reached, limits: Limits = defaultLimits) {
    this.settings = settings
    this.limits = limits
  }

  /** Errors: CONNECTOR_REFUSED, CONNECTOR_LOST. */
  async ask<A extends unknown[], R>(api: API<A, R>, node: Node, what: string, ...input: A): Promise<R> {
    return this.call(api, node, 'ask', what, input)
  }

  async call<A extends unknown[], R>(api: API<A, R>, node: Node, purpose: Purpose, what: string, input: A): Promise<R> {
    try {
      return await api.async(await this.connection(node, purpose), ...input)
    } catch (error) {
      throw failure(error, what)
    }
  }

  /** Makes the connection, where there is none. Errors: CONNECTOR_REFUSED, CONNECTOR_LOST. */
  async reach(node: Node, purpose: Purpose): Promise<void> {
    await this.connection(node, purpose)
  }

  /** Asks again for a while where the answer is that something else is under way. A coordinator that has to be found first may have moved. */
  async askAgain<A extends unknown[], R>(api: API<A, R>, node: Node | (() => Promise<number>), what: string, ...input: A): Promise<R> {
    const until = performance.now() + retryMs
    const answers = typeof node === 'function' ? [...passing, moving] : passing
    for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 200)) {
      try {
        return await this.ask(api, typeof node === 'function' ? await node() : node, what, ...input)
      } catch (error) {
        if (!answered(error, ...answers) || performance.now() > until) throw error
        await pause(waitMs, undefined, { signal: this.closing.signal }).catch(() => undefined)
      }
    }
  }

  /** As it is now. Errors: CONNECTOR_REFUSED (there is none), CONNECTOR_LOST. */
  async topic(): Promise<Topic> {
    const { topic: name } = this.settings
    const { brokers, topics } = await this.ask(requests.metadata, 'any', `topic ${name}`, [name], false, false)
    this.brokers = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]))
    const { topicId, partitions } = topics[0]!
    return { id: topicId, leaders: partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex).map(({ leaderId }) => leaderId) }
  }

  /** Number of the broker that keeps a group's offsets, or the transactions of an id. */
  async coordinator(of: 'group' | 'transaction', id: string): Promise<number> {
    const { coordinators } = await this.askAgain(requests.findCoordinator, 'any', `the coordinator of ${id}`, of === 'group' ? 0 : 1, [id])
    const { nodeId, host, port } = coordinators[0]!
    this.brokers = new Map([...this.brokers, [nodeId, { host, port }]])
    return nodeId
  }

  async close(): Promise<void> {
    this.closing.abort()
    await Promise.all([...this.connections.values()].map(({ connection }) => disconnect(connection)))
  }

  private async connection(node: Node, purpose: Purpose): Promise<Connection> {
    if (node !== 'any') return this.to(this.brokers.get(node), purpose)
    const addresses = [...this.settings.brokers.map(addressOf), ...this.brokers.values()]
    for (const address of addresses.slice(0, -1)) {
      try {
        return await this.to(address, purpose)
      } catch (error) {
        if (isRefused(error)) throw error
      }
    }
    return this.to(addresses.at(-1), purpose)
  }

  /** A connection that the broker ended while nothing was asked (it does so with idle ones) is made anew. */
  private async to(address: Address | undefined, purpose: Purpose): Promise<Connection> {
    if (address === undefined) throw kafkaLost('a broker that it names is not there')
    const key = `${purpose} ${address.host} ${address.port}`
    const there = this.connections.get(key)
    if (this.closing.signal.aborted) throw kafkaLost('the connection was closed')
    if (there) {
      await there.ready
      if (isUsable(there)) return there.connection
      if (there === this.connections.get(key)) this.connections.delete(key)
      return this.to(address, purpose)
    }
    const connection = newConnection(address.host, this.settings, this.limits)
    const ready = begin(connection, address)
    this.connections.set(key, { connection, ready, usedAt: performance.now() })
    ready.catch(() => this.connections.delete(key))
    return ready
  }
}

interface Opened {
  readonly connection: Connection
  readonly ready: Promise<Connection>
  usedAt: number
}

/** Errors: CONNECTOR_LOST. */
function isUsable(opened: Opened): boolean {
  const wasIdle = performance.now() - opened.usedAt > idleMs
  const isConnected = opened.connection.isConnected()
  if (!isConnected && !wasIdle) throw kafkaLost('the connection broke')
  opened.usedAt = performance.now()
  return isConnected
}

/** Nothing of it is left where it fails. */
async function begin(connection: Connection, address: Address): Promise<Connection> {
  try {
    await connect(connection, address)
    await demandVersions(connection)
    return connection
  } catch (error) {
    await disconnect(connection)
    throw failure(error, `${address.host}:${address.port}`)
  }
}

async function demandVersions(connection: Connection): Promise<void> {
  const { apiKeys } = await apiVersionsV3.api.async(connection, 'millrace', '1')
  const known = new Map(apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, { minVersion, maxVersion }]))
  for (const { key, version } of Object.values(requests)) {
    const { minVersion, maxVersion } = known.get(key) ?? { minVersion: 0, maxVersion: -1 }
    if (version < minVersion || version > maxVersion) throw kafkaRefused('the broker is not one of Kafka 3.1 to 4')
  }
}
