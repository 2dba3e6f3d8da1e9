import type { KafkaSink } from '@millrace/api/schemas'
import type { RefusedRow, Sink, SinkOpening, SinkRows } from '../contract.ts'
import { Cluster, type Topic } from './cluster.ts'
import type { Limits } from './connection.ts'
import { kafkaRefused } from './failures.ts'
import { messagesOf } from './messages.ts'
import { groupOffset } from './offsets.ts'
import { Transactions } from './transactions.ts'

/** Groups that are not used lose their offsets after 7 days, where nothing else is set. */
const keepMs = 24 * 60 * 60 * 1000
/** How long it may take until new partitions are written to. */
const topicMs = 30_000

/**
 * A page is a transaction: its messages, and the position behind them as the offset of a group, so that each row is there once. Errors:
 * CONNECTOR_REFUSED, CONNECTOR_LOST.
 */
export async function openKafkaSink({ settings, identity, from, next }: SinkOpening<KafkaSink>, limits?: Limits): Promise<Sink> {
  const cluster = new Cluster(settings, limits)
  try {
    const topic = await cluster.topic()
    // First: it ends what another sink of this identity has begun, whose offset is known after that only.
    const transactions = await Transactions.open(cluster, identity)
    const written = await groupOffset(cluster, identity, 0)
    if (written !== null && written > next) throw refusedOffset(settings.topic, written, next)
    const sink = new TopicSink(cluster, settings, transactions, topic, Math.max(written ?? from, from))
    await sink.keepOffset()
    return sink
  } catch (error) {
    await cluster.close()
    throw error
  }
}

function refusedOffset(topic: string, written: number, next: number): Error {
  const what = `topic ${topic} has rows up to position ${written}, but the log ends at ${next}: it was restored from an older copy`
  return kafkaRefused(`${what}. Delete the sink and make it anew, to write what comes from now on`)
}

class TopicSink implements Sink {
  private readonly cluster: Cluster
  private readonly settings: KafkaSink
  private readonly transactions: Transactions
  private readonly keeping: NodeJS.Timeout
  private topic: Topic
  private topicUntil = performance.now() + topicMs
  /** Rows below it are there. */
  private written: number
  /** Whatever was asked last: one transaction after the other, and none after one that failed. */
  private last: Promise<void> = Promise.resolve()

  constructor(cluster: Cluster, settings: KafkaSink, transactions: Transactions, topic: Topic, written: number) {
    this.cluster = cluster
    this.settings = settings
    this.transactions = transactions
    this.topic = topic
    this.written = written
    this.keeping = setInterval(() => this.keepOffset().catch(() => undefined), keepMs)
  }

  async write(rows: SinkRows): Promise<readonly RefusedRow[]> {
    let refused: readonly RefusedRow[] = []
    await this.inTurn(async () => {
      refused = await this.writePage(rows)
    })
    return refused
  }

  /** Makes the group's offset young again. */
  async keepOffset(): Promise<void> {
    await this.inTurn(() => this.transactions.commit(this.topic, [], this.written))
  }

  async close(): Promise<void> {
    clearInterval(this.keeping)
    await this.cluster.close()
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    this.last = this.last.then(step)
    // Whoever asked hears of it.
    this.last.catch(() => undefined)
    return this.last
  }

  private async writePage(rows: SinkRows): Promise<readonly RefusedRow[]> {
    if (performance.now() > this.topicUntil) {
      this.topic = await this.cluster.topic()
      this.topicUntil = performance.now() + topicMs
    }
    const { rounds, refused } = messagesOf(rows, this.settings, this.topic.leaders.length, this.written)
    const behind = rows.positions.at(-1)! + 1
    if (rounds.length > 0) await this.transactions.commit(this.topic, rounds, behind)
    if (rounds.length > 0) this.written = behind
    return refused
  }
}
