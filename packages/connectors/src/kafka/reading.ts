import { mostBytes, mostMessages } from '../contract.ts'
import type { Cluster, Topic } from './cluster.ts'
import { kafkaRefused } from './failures.ts'
import { type Fetch, type Fetched, fetchFrom } from './fetching.ts'
import { boundsOf, type Offsets } from './offsets.ts'
import { type Start, within } from './position.ts'

const refreshMs = 30_000

/** Messages that retention dropped before these are known as lost once these are taken. */
type Queued = Fetched & { readonly lost: number }

/** A topic's partitions being read: one request a broker at a time, ahead of what was taken. */
export class Reading {
  topic: Topic
  /** Of the next message that is not taken, by partition. */
  readonly taken: Offsets
  private readonly cluster: Cluster
  private readonly fetchedTo: Offsets
  private readonly ends: Offsets = new Map()
  private readonly underWay = new Map<number, Promise<void>>()
  private readonly queue: Queued[] = []
  /** Of the first in the queue: how many of its bodies are taken. */
  private takenOfFirst = 0
  private lost: number
  private refreshAt = performance.now() + refreshMs
  private turn = 0
  private failed: unknown

  constructor(cluster: Cluster, topic: Topic, { offsets, lost }: Start) {
    this.cluster = cluster
    this.topic = topic
    this.lost = [...lost.values()].reduce((sum, count) => sum + count, 0)
    this.taken = new Map(offsets)
    this.fetchedTo = new Map(offsets)
  }

  /** Connects to the brokers that lead, so that one which cannot be reached is known at once. Errors: CONNECTOR_REFUSED, CONNECTOR_LOST. */
  async begin(): Promise<void> {
    for (const leader of new Set(this.topic.leaders)) await this.cluster.reach(leader, 'fetch')
  }

  get hasMessages(): boolean {
    return this.queue.some(({ bodies }) => bodies.length > 0)
  }

  get behind(): number {
    return [...this.ends].reduce((sum, [partition, end]) => sum + Math.max(end - this.taken.get(partition)!, 0), 0)
  }

  /** Waits until some broker answered. Errors: CONNECTOR_REFUSED, CONNECTOR_LOST. */
  async more(): Promise<void> {
    if (performance.now() > this.refreshAt) await this.refresh()
    this.fetchAhead()
    // None where an earlier one failed.
    if (this.underWay.size > 0) await Promise.race(this.underWay.values())
    if (this.failed !== undefined) throw this.failed
  }

  /** As many messages as one answer may hold; at least one. */
  take(): Uint8Array[] {
    const taken: Uint8Array[] = []
    let bytes = 0
    while (this.queue.length > 0 && taken.length < mostMessages) {
      const { bodies, offsets, partition } = this.queue[0]!
      const body = bodies[this.takenOfFirst]
      if (body !== undefined && taken.length > 0 && bytes + body.length > mostBytes) break
      if (body !== undefined) {
        taken.push(body)
        bytes += body.length
        this.takenOfFirst++
      }
      if (this.takenOfFirst >= bodies.length) this.dropFirst()
      else this.taken.set(partition, offsets[this.takenOfFirst]!)
    }
    if (this.queue.length < 2) this.fetchAhead()
    return taken
  }

  /** Passes over what holds no message; whether there was some. */
  skip(): boolean {
    const isThere = this.queue.length > 0
    while (this.queue.length > 0) this.dropFirst()
    return isThere
  }

  takeLost(): number {
    const { lost } = this
    this.lost = 0
    return lost
  }

  private dropFirst(): void {
    const { partition, next, lost } = this.queue.shift()!
    this.taken.set(partition, next)
    this.lost += lost
    this.takenOfFirst = 0
  }

  private fetchAhead(): void {
    if (this.failed !== undefined) return
    this.turn++
    const partitions = [...this.fetchedTo.keys()]
    // Brokers fill their answers in the order of the request: each partition comes first at times.
    const turned = partitions.map((_, index) => partitions[(index + this.turn) % partitions.length]!)
    for (const [node, led] of Map.groupBy(turned, (partition) => this.topic.leaders[partition]!)) {
      if (!this.underWay.has(node)) this.underWay.set(node, this.fetch(node, led))
    }
  }

  /** Never fails: whoever reads on hears of it. */
  private async fetch(node: number, partitions: readonly number[]): Promise<void> {
    try {
      const from = new Map(partitions.map((partition) => [partition, this.fetchedTo.get(partition)!]))
      this.add(await fetchFrom(this.cluster, this.topic, node, from))
    } catch (error) {
      this.failed ??= error
    }
    this.underWay.delete(node)
  }

  private add({ fetched, outOfRange }: Fetch): void {
    if (outOfRange) this.refreshAt = 0
    for (const one of fetched) {
      this.ends.set(one.partition, one.end)
      if (one.next === this.fetchedTo.get(one.partition)) continue
      this.fetchedTo.set(one.partition, one.next)
      this.queue.push({ ...one, lost: 0 })
    }
  }

  /** Partitions that are new or have moved to another broker, and offsets that retention dropped. */
  private async refresh(): Promise<void> {
    await Promise.all(this.underWay.values())
    const topic = await this.cluster.topic()
    if (topic.id !== this.topic.id) throw kafkaRefused(`topic ${this.cluster.settings.topic} was made anew while it was read`)
    this.topic = topic
    const { offsets, lost } = within(this.cluster.settings.topic, this.fetchedTo, await boundsOf(this.cluster, topic))
    for (const [partition, next] of offsets) this.jump(partition, next, lost.get(partition) ?? 0)
    this.refreshAt = performance.now() + refreshMs
  }

  private jump(partition: number, next: number, lost: number): void {
    if (!this.taken.has(partition)) this.taken.set(partition, next)
    if (this.fetchedTo.get(partition) === next) return
    this.fetchedTo.set(partition, next)
    this.queue.push({ partition, next, lost, bodies: [], offsets: [], end: next })
  }
}
