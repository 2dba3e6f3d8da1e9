import type { fetchV13 } from '@platformatic/kafka'
import { type Cluster, requests, type Topic } from './cluster.ts'
import { type Committed, committedMessages } from './committed.ts'
import { answered, failure } from './failures.ts'
import { readCommitted } from './offsets.ts'

export interface Fetched extends Committed {
  readonly partition: number
  /** The high watermark. */
  readonly end: number
}

export interface Fetch {
  readonly fetched: readonly Fetched[]
  /** Whether an offset was not one of its partition. */
  readonly outOfRange: boolean
}

const waitMs = 1000
const maxBytes = 2 << 20
const maxBytesOfPartition = 512 << 10

/** Partitions of one broker, from their offsets on; waits a second where there is nothing. Errors: CONNECTOR_REFUSED, CONNECTOR_LOST. */
export async function fetchFrom(cluster: Cluster, { id: topicId }: Topic, node: number, from: ReadonlyMap<number, number>): Promise<Fetch> {
  const partitions = [...from].map(([partition, offset]) => ({
    partition,
    currentLeaderEpoch: -1,
    fetchOffset: BigInt(offset),
    lastFetchedEpoch: -1,
    partitionMaxBytes: maxBytesOfPartition,
  }))
  const what = `topic ${cluster.settings.topic}`
  try {
    const asked: Parameters<typeof fetchV13.createRequest> = [waitMs, 1, maxBytes, readCommitted, 0, -1, [{ topicId, partitions }], [], '']
    return { fetched: fetchedOf(await cluster.call(requests.fetch, node, 'fetch', what, asked), from), outOfRange: false }
  } catch (error) {
    if (answered(error, 'OFFSET_OUT_OF_RANGE')) return { fetched: [], outOfRange: true }
    throw failure(error, what)
  }
}

function fetchedOf({ responses }: fetchV13.FetchResponse, from: ReadonlyMap<number, number>): Fetched[] {
  return responses.flatMap(({ partitions }) =>
    partitions.map(({ partitionIndex: partition, records, abortedTransactions, highWatermark }) => ({
      partition,
      end: Number(highWatermark),
      ...committedMessages(records ?? [], abortedTransactions ?? [], from.get(partition)!),
    })),
  )
}
