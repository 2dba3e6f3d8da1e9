import type { IntakeReceipt } from '../schemas/records.ts'
import type { Connection } from './connection.ts'
import { isStreamed, mediaTypeOf, type Producer, type Records, recordsBody, type SendOptions, type StreamedRecords, type WholeRecords } from './sent-records.ts'

/** Of the bodies of a producer. */
interface Numbering {
  readonly id: string
  next: number
  /** In ascending order. */
  readonly underWay: Set<number>
}

/** A body that comes as it is made may take its time. */
const streamedMs = 86_400_000

/** The log knows the last 128 bodies of a producer: one may be tried again as long as fewer were sent behind it. */
const mostBehind = 64

/** Sends bodies of records, and counts those of each stream: one that is sent again after a failure is not doubled. */
export class RecordSender {
  private readonly connection: Connection
  /** By stream. */
  private readonly producers = new Map<string, Numbering>()

  constructor(connection: Connection) {
    this.connection = connection
  }

  send(stream: string, records: Records, { producer, signal, format }: SendOptions): Promise<IntakeReceipt> {
    if (isStreamed(records)) return this.sendStreamed(stream, records, { signal, format })
    return producer === undefined ? this.sendNumbered(stream, records, { signal, format }) : this.sendWhole(stream, records, { producer, signal, format })
  }

  private async sendNumbered(stream: string, records: WholeRecords, { format, signal }: SendOptions): Promise<IntakeReceipt> {
    const numbering = this.numberingOf(stream)
    const { id, underWay } = numbering
    const sequence = numbering.next++
    underWay.add(sequence)
    try {
      return await this.sendWhole(stream, records, { producer: { id, sequence }, signal, format })
    } finally {
      underWay.delete(sequence)
    }
  }

  private sendWhole(
    stream: string,
    records: WholeRecords,
    { producer: { id, sequence }, format, signal }: SendOptions & { readonly producer: Producer },
  ): Promise<IntakeReceipt> {
    const { body, type } = recordsBody(records, format)
    const headers = { 'content-type': type, 'millrace-producer': id, 'millrace-sequence': String(sequence) }
    return this.connection.json('sendRecords', { path: { stream }, headers, body, signal, repeatable: true })
  }

  private sendStreamed(stream: string, records: StreamedRecords, { format, signal }: SendOptions): Promise<IntakeReceipt> {
    const call = { path: { stream }, headers: { 'content-type': mediaTypeOf(format) }, body: ReadableStream.from(records), signal, waitMs: streamedMs }
    return this.connection.once('sendRecords', call, async (answer) => (await answer.json()) as IntakeReceipt)
  }

  /** Another producer where the oldest body under way would come to be too far behind. */
  private numberingOf(stream: string): Numbering {
    const before = this.producers.get(stream)
    const [oldest = before?.next ?? 0] = before?.underWay ?? []
    if (before !== undefined && before.next - oldest < mostBehind) return before
    const fresh: Numbering = { id: crypto.randomUUID(), next: 0, underWay: new Set() }
    this.producers.set(stream, fresh)
    return fresh
  }
}
