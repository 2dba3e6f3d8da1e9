import type { IntakeReceipt } from '../schemas/records.ts'
import type { Connection } from './connection.ts'
import { isStreamed, mediaTypeOf, type Producer, type Records, recordsBody, type SendOptions, type StreamedRecords } from './sent-records.ts'

/** A body that comes as it is made may take its time. */
const streamedMs = 86_400_000

/** Sends bodies of records, and counts those of each stream: one that is sent again after a failure is not doubled. */
export class RecordSender {
  private readonly connection: Connection
  /** By stream. */
  private readonly producers = new Map<string, Producer>()

  constructor(connection: Connection) {
    this.connection = connection
  }

  send(stream: string, records: Records, { producer, signal, format }: SendOptions): Promise<IntakeReceipt> {
    if (isStreamed(records)) return this.sendStreamed(stream, records, { signal, format })
    const { id, sequence } = producer ?? this.nextOf(stream)
    const { body, type } = recordsBody(records, format)
    const headers = { 'content-type': type, 'millrace-producer': id, 'millrace-sequence': String(sequence) }
    return this.connection.json('sendRecords', { path: { stream }, headers, body, signal, repeatable: true })
  }

  private sendStreamed(stream: string, records: StreamedRecords, { format, signal }: SendOptions): Promise<IntakeReceipt> {
    const call = { path: { stream }, headers: { 'content-type': mediaTypeOf(format) }, body: ReadableStream.from(records), signal, waitMs: streamedMs }
    return this.connection.once('sendRecords', call, async (answer) => (await answer.json()) as IntakeReceipt)
  }

  private nextOf(stream: string): Producer {
    const { id, sequence } = this.producers.get(stream) ?? { id: crypto.randomUUID(), sequence: 0 }
    this.producers.set(stream, { id, sequence: sequence + 1 })
    return { id, sequence }
  }
}
