import type { KafkaSource } from '@millrace/api/schemas'
import type { Messages, Source, SourceOpening } from '../contract.ts'
import { Cluster } from './cluster.ts'
import type { Limits } from './connection.ts'
import { kafkaLost } from './failures.ts'
import { LagShown } from './lag.ts'
import { boundsOf } from './offsets.ts'
import { firstStart, positionText, startAt } from './position.ts'
import { Reading } from './reading.ts'

/**
 * All partitions of a topic, read by a position of its own: no group assigns them. Errors: CONNECTOR_REFUSED (no such topic, no right, or not the
 * topic that the position is of), CONNECTOR_LOST.
 */
export async function openKafkaSource({ settings, identity, position }: SourceOpening<KafkaSource>, limits?: Limits): Promise<Source> {
  const cluster = new Cluster(settings, limits)
  try {
    const topic = await cluster.topic()
    const bounds = await boundsOf(cluster, topic)
    const start = position === null ? firstStart(settings.from ?? 'now', bounds) : startAt(settings.topic, position, topic, bounds)
    const reading = new Reading(cluster, topic, start)
    await reading.begin()
    return new TopicSource(cluster, reading, new LagShown(cluster, identity), position === null && settings.from !== 'begin')
  } catch (error) {
    await cluster.close()
    throw error
  }
}

/** How long offsets that hold no message may move on before they are kept. */
const quietMs = 10_000

class TopicSource implements Source {
  private readonly cluster: Cluster
  private readonly reading: Reading
  private readonly lag: LagShown
  /** Whether where it began is still to be kept: `now` must be the same moment after a crash. */
  private isNew: boolean
  private isClosed = false
  private toldAt = performance.now()

  constructor(cluster: Cluster, reading: Reading, lag: LagShown, isNew: boolean) {
    this.cluster = cluster
    this.reading = reading
    this.lag = lag
    this.isNew = isNew
  }

  async next(): Promise<Messages> {
    if (this.isClosed) throw kafkaLost('the source was closed')
    if (this.isNew) {
      this.isNew = false
      return this.messages([])
    }
    while (!this.reading.hasMessages) {
      await this.reading.more()
      const hasOnlyMoved = !this.reading.hasMessages && this.reading.skip()
      if (hasOnlyMoved && performance.now() - this.toldAt > quietMs) return this.messages([])
    }
    return this.messages(this.reading.take())
  }

  async accepted(): Promise<void> {
    this.lag.show(this.reading.taken)
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.cluster.close()
  }

  private messages(bodies: readonly Uint8Array[]): Messages {
    this.toldAt = performance.now()
    const { topic, taken, behind } = this.reading
    return { bodies, position: positionText(topic, taken), lost: this.reading.takeLost(), behind }
  }
}
