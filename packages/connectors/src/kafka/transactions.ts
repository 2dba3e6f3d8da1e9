import { type MessageRecord, NumericMap } from '@platformatic/kafka'
import { type Cluster, requests, type Topic } from './cluster.ts'

/** Of a producer whose transaction nobody ends: readers wait for it so long. */
const timeoutMs = 60_000
const writeMs = 30_000
const allReplicas = -1
const sequences = 2 ** 31

/** A message with its partition; its topic is named again, as the library wants it. */
export type PartitionMessage = MessageRecord & { readonly partition: number }

/** Transactions of one id. Whoever opened them before can write no more: their transaction is given up or, where it was to be committed, is. */
export class Transactions {
  private readonly cluster: Cluster
  private readonly id: string
  private readonly coordinator: number
  private readonly groupCoordinator: number
  private readonly producerId: bigint
  private readonly producerEpoch: number
  /** Of the next message, by `topic:partition`: Kafka takes no batch twice. */
  private readonly nextSequence = new NumericMap()

  private constructor(cluster: Cluster, id: string, coordinators: readonly [number, number], producer: readonly [bigint, number]) {
    this.cluster = cluster
    this.id = id
    ;[this.coordinator, this.groupCoordinator] = coordinators
    ;[this.producerId, this.producerEpoch] = producer
  }

  /** The id is that of the consumer group, too. Errors: CONNECTOR_REFUSED, CONNECTOR_LOST. */
  static async open(cluster: Cluster, id: string): Promise<Transactions> {
    const find = (): Promise<number> => cluster.coordinator('transaction', id)
    const { producerId, producerEpoch } = await cluster.askAgain(requests.initProducerId, find, `transactional id ${id}`, id, timeoutMs, -1n, -1)
    const coordinator = await find()
    const groupCoordinator = await cluster.coordinator('group', id)
    return new Transactions(cluster, id, [coordinator, groupCoordinator], [producerId, producerEpoch])
  }

  /** Messages and how far they come become visible together. Errors: CONNECTOR_REFUSED, CONNECTOR_LOST; it must be opened anew then. */
  async commit(topic: Topic, rounds: readonly (readonly PartitionMessage[])[], offset: number): Promise<void> {
    const partitions = [...new Set(rounds.flat().map(({ partition }) => partition))]
    if (partitions.length > 0) await this.addPartitions(partitions)
    for (const round of rounds) await this.produce(topic, round)
    await this.addOffset(offset)
    await this.cluster.askAgain(requests.endTxn, this.coordinator, 'the transaction', this.id, this.producerId, this.producerEpoch, true)
  }

  private async addPartitions(partitions: number[]): Promise<void> {
    const { id: transactionalId, producerId, producerEpoch } = this
    const topics = [{ name: this.cluster.settings.topic, partitions }]
    const transaction = { transactionalId, producerId, producerEpoch, topics, verifyOnly: false }
    await this.cluster.askAgain(requests.addPartitionsToTxn, this.coordinator, 'the transaction', [transaction])
  }

  /** At most a batch a partition. */
  private async produce({ leaders }: Topic, round: readonly PartitionMessage[]): Promise<void> {
    const { id: transactionalId, producerId, producerEpoch, nextSequence } = this
    const options = { transactionalId, producerId, producerEpoch, sequences: new NumericMap(nextSequence), compression: 'none' } as const
    const byLeader = Map.groupBy(round, ({ partition }) => leaders[partition]!)
    const what = `topic ${this.cluster.settings.topic}`
    const sent = [...byLeader].map(([leader, messages]) => this.cluster.ask(requests.produce, leader, what, allReplicas, writeMs, messages, options))
    await Promise.all(sent)
    for (const { topic, partition } of round) {
      const key = `${topic}:${partition}`
      nextSequence.set(key, (nextSequence.getWithDefault(key, 0) + 1) % sequences)
    }
  }

  private async addOffset(offset: number): Promise<void> {
    const { cluster, id, producerId, producerEpoch } = this
    await cluster.askAgain(requests.addOffsetsToTxn, this.coordinator, `group ${id}`, id, producerId, producerEpoch, id)
    const partitions = [{ partitionIndex: 0, committedOffset: BigInt(offset), committedLeaderEpoch: -1 }]
    const topics = [{ name: cluster.settings.topic, partitions }]
    await cluster.askAgain(requests.txnOffsetCommit, this.groupCoordinator, `group ${id}`, id, id, producerId, producerEpoch, -1, '', null, topics)
  }
}
