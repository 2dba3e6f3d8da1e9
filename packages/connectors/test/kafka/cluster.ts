import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Admin, Producer } from '@platformatic/kafka'
import { Cluster } from '../../src/kafka/cluster.ts'
import { boundsOf } from '../../src/kafka/offsets.ts'
import { firstStart } from '../../src/kafka/position.ts'
import { Reading } from '../../src/kafka/reading.ts'
import { Wire } from '../conformance/wire.ts'

export const limits = { connectMs: 2000, answerMs: 4000 }

/** A name that no other test has. */
export const unique = (name: string): string => `${name}-${randomUUID()}`

/** Kafka names its own port in its answers, by which clients go on: there stands another one then, that of the wire unless said. */
export async function wireTo(port: number, named?: () => number): Promise<Wire> {
  const before = namedPort(port)
  const wire: Wire = await Wire.to(port, (bytes) => {
    const instead = namedPort(named?.() ?? wire.port)
    for (let at = bytes.indexOf(before); at >= 0; at = bytes.indexOf(before, at + 1)) instead.copy(bytes, at)
    return bytes
  })
  return wire
}

function namedPort(port: number): Buffer {
  const bytes = Buffer.from('127.0.0.1\0\0\0\0')
  bytes.writeUInt32BE(port, 9)
  return bytes
}

/** Resolves once it can be read and written. */
export async function createTopic(broker: string, topic: string, partitions = 1, configs: Readonly<Record<string, string>> = {}): Promise<void> {
  const named = Object.entries(configs).map(([name, value]) => ({ name, value }))
  await asAdmin(broker, (admin) => admin.createTopics({ topics: [topic], partitions, replicas: 1, configs: named }))
  while (!(await isThere(broker, topic, partitions))) await pause(20)
}

async function isThere(broker: string, topic: string, partitions: number): Promise<boolean> {
  const cluster = new Cluster({ brokers: [broker], topic })
  try {
    const { ends } = await boundsOf(cluster, await cluster.topic())
    return ends.size === partitions
  } catch {
    return false
  } finally {
    await cluster.close()
  }
}

export async function asAdmin<T>(broker: string, act: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker], retries: 20, retryDelay: 50 })
  try {
    return await act(admin)
  } finally {
    await admin.close()
  }
}

export async function send(broker: string, topic: string, values: readonly Uint8Array[], partition = 0): Promise<void> {
  const producer = new Producer({ clientId: 'test', bootstrapBrokers: [broker], retries: 20, retryDelay: 50 })
  // A topic takes a batch of some 1 MB at most.
  try {
    for (const page of pagesOf(values)) await producer.send({ messages: page.map((value) => ({ topic, value: Buffer.from(value), partition })), acks: -1 })
  } finally {
    await producer.close()
  }
}

function pagesOf(values: readonly Uint8Array[]): Uint8Array[][] {
  const pages: Uint8Array[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const value of values) {
    if (bytes + value.length + 100 > 900_000) {
      pages.push([])
      bytes = 0
    }
    pages.at(-1)!.push(value)
    bytes += value.length + 100
  }
  return pages
}

/** All messages that are committed, or will be for sure, partition after partition as they come. */
export async function readAll(broker: string, topic: string): Promise<Uint8Array[]> {
  const cluster = new Cluster({ brokers: [broker], topic })
  try {
    const found = await cluster.topic()
    const reading = new Reading(cluster, found, firstStart('begin', await boundsOf(cluster, found)))
    const all: Uint8Array[] = []
    // Of the marker of a transaction, Kafka says that it was written before it is.
    do {
      await reading.more()
      if (reading.hasMessages) all.push(...reading.take())
      else reading.skip()
    } while (reading.behind > 0)
    return all
  } finally {
    await cluster.close()
  }
}
