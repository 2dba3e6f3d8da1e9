import { type Batch, encodeBatch } from '@millrace/columns'
import { type DeadLetters, type DecoderSink, deadLetterLine } from '@millrace/formats'
import { deadStream } from '@millrace/jobs'
import type { NewChunk } from '@millrace/log'
import type { Writing } from '../dead-letters/writing.ts'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import type { Rejection } from './intake.ts'

const mostRejections = 100

/** What decoding gives until it is appended: chunks of records, and lines of dead letters. */
export class Collected implements DecoderSink {
  /** Of what waits here to be appended. */
  bytes = 0
  accepted = 0
  rejected = 0
  readonly rejections: Rejection[] = []
  readonly #stream: RegisteredStream
  /** How the records are written. */
  readonly #writing: () => Writing
  #chunks: NewChunk[] = []
  #lines: Buffer[] = []

  constructor(stream: RegisteredStream, writing: () => Writing) {
    this.#stream = stream
    this.#writing = writing
  }

  batch(batch: Batch): void {
    const { name, version } = this.#stream
    const payload = encodeBatch(batch, 0, batch.rows, { shared: true })
    this.#chunks.push({ stream: name, kind: 'batch', rows: batch.rows, schema: version, payload })
    this.bytes += payload.length
    this.accepted += batch.rows
  }

  deadLetters(letters: DeadLetters): void {
    const writing = this.#writing()
    for (const letter of letters) {
      const line = Buffer.from(`${JSON.stringify({ ...deadLetterLine(letter), ...writing })}\n`)
      this.#lines.push(line)
      this.bytes += line.length
      const { record, column, code, reason } = letter
      if (this.rejections.length < mostRejections) this.rejections.push({ record, column, code, reason })
    }
    this.rejected += letters.count
  }

  /** What came since the last call, records first. */
  take(): readonly NewChunk[] {
    const chunks = this.#chunks
    if (this.#lines.length > 0) chunks.push(this.#deadChunk())
    this.#chunks = []
    this.#lines = []
    this.bytes = 0
    return chunks
  }

  #deadChunk(): NewChunk {
    const payload = new Uint8Array(Buffer.concat(this.#lines))
    return { stream: deadStream(this.#stream.name), kind: 'bytes', rows: this.#lines.length, schema: 0, payload }
  }
}
