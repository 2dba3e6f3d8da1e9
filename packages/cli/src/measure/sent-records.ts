import type { RecordRow } from '@millrace/api'
import type { Batch, Rows } from '@millrace/columns'
import { type Decoder, type Encoder, openDecoder, openEncoder } from '@millrace/formats'
import type { StreamNode } from '@millrace/plan'

/** Records that are remembered; the oldest are forgotten. */
const mostRecords = 200_000
const nothing = new Float64Array(0)

/** When records were sent, known by what they hold: of those that are alike the latest. */
export class SentRecords {
  readonly stream: string
  private readonly sent = new Map<string, number>()
  private readonly decoder: Decoder
  private readonly header: string
  private encoder: Encoder | null = null
  private sentMs = 0

  /** `header`: stands before the records as they are sent; null: nothing does. */
  constructor(stream: string, declaration: StreamNode, header: string | null) {
    this.stream = stream
    this.header = header === null ? '' : `${header}\n`
    this.decoder = openDecoder(stream, declaration, { batch: (batch) => this.keep(batch), deadLetters: () => {} })
  }

  /** Those that do not fit the stream are left out. */
  add(records: readonly string[], sentMs: number): void {
    this.sentMs = sentMs
    this.decoder.push(Buffer.from(`${this.header}${records.join('\n')}\n`))
    this.decoder.end()
    this.decoder.reset()
  }

  /** When a record that was read was sent; null: not from here, or it is forgotten. */
  of(row: RecordRow): number | null {
    const own = Object.entries(row).filter(([name]) => !name.startsWith('$'))
    return this.sent.get(JSON.stringify(Object.fromEntries(own))) ?? null
  }

  private keep(batch: Batch): void {
    this.encoder ??= openEncoder('ndjson', batch.fields)
    const lines = Buffer.from(this.encoder.encode(allOf(batch)))
      .toString()
      .trimEnd()
      .split('\n')
    for (const line of lines) this.remember(JSON.stringify(JSON.parse(line)))
  }

  private remember(record: string): void {
    this.sent.delete(record)
    this.sent.set(record, this.sentMs)
    if (this.sent.size > mostRecords) this.sent.delete(this.sent.keys().next().value as string)
  }
}

function allOf(batch: Batch): Rows {
  const none = { revision: null, windowStart: null, windowEnd: null, element: null, origin: null }
  return { batch, selection: Int32Array.from({ length: batch.rows }, (_, row) => row), count: batch.rows, sequence: nothing, time: nothing, ...none }
}
