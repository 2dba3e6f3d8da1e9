import type { Log, LogReader, Piece } from '@millrace/log'
import { Coming } from '../../live/following/coming.ts'
import { oldestBehindGap } from '../../live/reading/begin-position.ts'
import type { Encoders } from '../../live/reading/encoders.ts'
import { type Outlet, type OutletRows, positionAt, someOf } from '../../live/reading/outlet.ts'
import { ConnectionEnded } from '../connection-ended.ts'
import { publishPacket } from './publish-packet.ts'
import { type TenantTopics, type Topics, topicsKeptMs } from './tenant-topics.ts'
import { matches } from './topic-filter.ts'
import { Unacknowledged } from './unacknowledged.ts'

/** Bytes of the log that are read at once, about: what a subscriber that does not read costs. */
const readBytes = 64 << 10
const rowsAtOnce = 64
const mostUnacknowledged = 1000
const lineFeed = 10

export type Qos = 0 | 1

export interface SubscriberOptions {
  readonly log: Log
  readonly tenant: string
  readonly topics: TenantTopics
  readonly encoders: Encoders
  /** Sends packets; resolves once the connection took them. */
  readonly write: (packets: Buffer) => Promise<void>
  /** Whether the key may still read. */
  readonly isValid: () => boolean
  /** Ends the connection. */
  readonly end: (error: Error) => void
  readonly sent: (messages: number) => void
  /** A connection that takes, or acknowledges, nothing for so long ends. */
  readonly stalledMs: number
}

interface Target {
  readonly topic: Buffer
  readonly outlet: Outlet
  readonly qos: Qos
}

/**
 * What a connection subscribed to, as messages of one row each, from the moment of the first subscription on and in the tenant's one order.
 * The log is the queue: it is read as fast as the connection takes it, so that a slow one costs no memory.
 */
export class Subscriber {
  readonly #options: SubscriberOptions
  /** Null: it is granted, and not answered yet. */
  readonly #filters = new Map<string, Qos | null>()
  readonly #unacknowledged = new Unacknowledged(mostUnacknowledged)
  /** By stream of the log. */
  #targets: ReadonlyMap<string, Target> = new Map()
  #topics: Topics | null = null
  #reader: LogReader | null = null
  #isWaiting = false
  #changed = false
  #closed = false

  constructor(options: SubscriberOptions) {
    this.#options = options
  }

  /** Keeps a place for a filter until it is added; false: there are as many already. */
  grant(filter: string, mostFilters: number): boolean {
    if (this.#filters.has(filter)) return true
    if (this.#filters.size >= mostFilters) return false
    this.#filters.set(filter, null)
    return true
  }

  /** Another of the same filter replaces it. */
  add(filter: string, qos: Qos): void {
    this.#filters.set(filter, qos)
    if (this.#reader === null) this.#begin()
    else this.#change()
  }

  remove(filter: string): void {
    if (this.#filters.delete(filter)) this.#change()
  }

  acknowledge(messageId: number): void {
    this.#unacknowledged.acknowledge(messageId)
  }

  close(): void {
    this.#closed = true
    this.#reader?.close()
  }

  #begin(): void {
    const { log, tenant } = this.#options
    this.#open(log.nextSequence(tenant))
    this.#run().catch((error: unknown) => this.#end(error instanceof Error ? error : new Error(String(error))))
  }

  /** What came since the last reading is read anew, by what is subscribed to now. */
  #change(): void {
    this.#changed = true
    if (this.#isWaiting) this.#reader?.close()
  }

  async #run(): Promise<void> {
    const { isValid } = this.#options
    let coming = new Coming(this.#reader as LogReader, topicsKeptMs)
    for (let announced = false; !this.#closed; ) {
      if (this.#match()) coming = new Coming(this.#reader as LogReader, topicsKeptMs)
      const reader = this.#reader as LogReader
      const before = reader.position
      const pieces = await reader.read(readBytes)
      if (this.#closed) return
      if (!isValid()) return this.#end(new ConnectionEnded('key', 'its key may not read any more'))
      // Nothing comes though it was announced: the log was closed.
      if (pieces.length === 0 && announced) return
      this.#checkKept(pieces, before)
      for (const piece of pieces) await this.#sendPiece(piece)
      announced = pieces.length === 0 && (await this.#announced(coming)) && !this.#changed
    }
  }

  async #announced(coming: Coming): Promise<boolean> {
    this.#isWaiting = true
    const announced = !this.#changed && (await coming.announced())
    this.#isWaiting = false
    return announced
  }

  /** Finds what the filters name by now; answers whether there is another reader. */
  #match(): boolean {
    const topics = this.#options.topics.of(this.#options.tenant)
    if (!this.#changed && topics === this.#topics) return false
    this.#topics = topics
    const targets = new Map<string, Target>()
    for (const [topic, outlet] of topics) {
      const qos = this.#qosOf(topic)
      if (qos !== null) targets.set(outlet.stream, { topic: Buffer.from(topic), outlet, qos })
    }
    const before = [...this.#targets.keys()].sort().join('\n')
    this.#targets = targets
    const reader = this.#reader as LogReader
    if (!this.#changed && before === [...targets.keys()].sort().join('\n')) return false
    this.#changed = false
    reader.close()
    this.#open(reader.position)
    return true
  }

  /** The highest of all filters that name the topic, as it is sent once. */
  #qosOf(topic: string): Qos | null {
    let highest: Qos | null = null
    for (const [filter, qos] of this.#filters) if (qos !== null && matches(filter, topic) && highest !== 1) highest = qos
    return highest
  }

  #open(from: number): void {
    const { log, tenant } = this.#options
    this.#reader = log.reader({ tenant, streams: [...this.#targets.keys()], from })
  }

  #checkKept(pieces: readonly Piece[], from: number): void {
    const { log } = this.#options
    const next = (this.#reader as LogReader).position
    for (const { outlet } of this.#targets.values()) {
      const piece = pieces.find(({ chunk }) => chunk.stream === outlet.stream)
      const part = piece === undefined ? null : outlet.read(piece)
      if (oldestBehindGap(log, outlet, from, part === null ? next : positionAt(part, 0)) !== null)
        throw new ConnectionEnded('slow', 'retention was faster than it')
    }
  }

  async #sendPiece(piece: Piece): Promise<void> {
    const target = this.#targets.get(piece.chunk.stream)
    const part = target?.outlet.read(piece)
    if (target === undefined || part == null) return
    for (let from = 0; from < part.rows.count && !this.#closed; ) {
      if (target.qos === 1) await this.#inTime(this.#unacknowledged.wait())
      const count = Math.min(rowsAtOnce, target.qos === 1 ? this.#unacknowledged.free : rowsAtOnce)
      const some = someOf(part, from, from + count)
      await this.#inTime(this.#options.write(this.#packetsOf(some, target)))
      this.#options.sent(some.rows.count)
      from += some.rows.count
    }
  }

  #packetsOf({ rows, result }: OutletRows, { topic, qos }: Target): Buffer {
    const lines = this.#options.encoders.of('ndjson', rows.batch.fields, result).encode(rows)
    const packets: Buffer[] = []
    for (let begin = 0, row = 0; row < rows.count; row++) {
      const end = lines.indexOf(lineFeed, begin)
      packets.push(publishPacket(topic, lines.subarray(begin, end), qos === 1 ? this.#unacknowledged.take() : null))
      begin = end + 1
    }
    return Buffer.concat(packets)
  }

  async #inTime(work: Promise<void>): Promise<void> {
    const timer = setTimeout(() => this.#end(new ConnectionEnded('slow', 'it takes nothing')), this.#options.stalledMs)
    await work.finally(() => clearTimeout(timer))
  }

  #end(error: Error): void {
    if (this.#closed) return
    this.close()
    this.#options.end(error)
  }
}
