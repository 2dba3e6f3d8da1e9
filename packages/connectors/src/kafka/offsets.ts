import { type Cluster, requests, type Topic } from './cluster.ts'

/** Offset by partition. */
export type Offsets = Map<number, number>

export interface Bounds {
  /** The oldest message that is still there. */
  readonly begins: Offsets
  /** Behind the newest one that is committed. */
  readonly ends: Offsets
}

const oldest = -2n
const newest = -1n

/** What each partition holds. */
export async function boundsOf(cluster: Cluster, topic: Topic): Promise<Bounds> {
  return { begins: await listOffsets(cluster, topic, oldest), ends: await listOffsets(cluster, topic, newest) }
}

async function listOffsets(cluster: Cluster, { leaders }: Topic, timestamp: bigint): Promise<Offsets> {
  const { topic: name } = cluster.settings
  const offsets: Offsets = new Map()
  for (const [leader, led] of Map.groupBy(leaders.keys(), (partition) => leaders[partition]!)) {
    const partitions = led.map((partitionIndex) => ({ partitionIndex, currentLeaderEpoch: -1, timestamp }))
    const { topics } = await cluster.ask(requests.listOffsets, leader, `topic ${name}`, -1, readCommitted, [{ name, partitions }])
    for (const { partitionIndex, offset } of topics[0]!.partitions) offsets.set(partitionIndex, Number(offset))
  }
  return offsets
}

/** The isolation level. */
export const readCommitted = 1

/** What a group keeps of a topic's partition; null: nothing. */
export async function groupOffset(cluster: Cluster, groupId: string, partition: number): Promise<number | null> {
  const topics = [{ name: cluster.settings.topic, partitionIndexes: [partition] }]
  const find = (): Promise<number> => cluster.coordinator('group', groupId)
  const { groups } = await cluster.askAgain(requests.offsetFetch, find, `group ${groupId}`, [{ groupId, memberEpoch: -1, topics }], true)
  const offset = Number(groups[0]?.topics[0]?.partitions[0]?.committedOffset ?? -1)
  return offset < 0 ? null : offset
}

/** So that the tools of Kafka show how far the source is; nothing here is read from it. */
export async function showOffsets(cluster: Cluster, groupId: string, offsets: Offsets): Promise<void> {
  const partitions = [...offsets].map(([partitionIndex, offset]) => ({ partitionIndex, committedOffset: BigInt(offset), committedLeaderEpoch: -1 }))
  const find = (): Promise<number> => cluster.coordinator('group', groupId)
  const topics = [{ name: cluster.settings.topic, partitions }]
  await cluster.askAgain(requests.offsetCommit, find, `group ${groupId}`, groupId, -1, '', null, topics)
}
