import { type Batch, encodeBatch } from '@millrace/columns'
import { type DeadLetters, type DecoderSink, deadLetterLine } from '@millrace/formats'
import { deadStream } from '@millrace/jobs'
import type { NewChunk } from '@millrace/log'
import type { Writing } from '../dead-letters/writing.ts'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import type { Rejection } from './intake.ts'

const mostRejections = 100
/** Of a chunk of letters, about: who reads them reads whole chunks. */
const chunkBytes = 1 << 20

/** What decoding gives until it is appended: chunks of records, and lines of dead letters. */
export class Collected implements DecoderSink {
  /** Of what waits here to be appended. */
  bytes = 0
  /** Of all letters that ever came. */
  letterBytes = 0
  accepted = 0
  rejected = 0
  readonly rejections: Rejection[] = []
  readonly #stream: RegisteredStream
  /** How the records are written. */
  readonly #writing: () => Writing
  #chunks: NewChunk[] = []
  /** Lines of letters. */
  #lines: Buffer[] = []
  #lineBytes = 0
  #lineCount = 0
  #deadChunks: NewChunk[] = []

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
    const writing = JSON.stringify(this.#writing()).slice(1)
    let text = ''
    for (const letter of letters) {
      text += `${JSON.stringify(deadLetterLine(letter)).slice(0, -1)},${writing}\n`
      const { record, column, code, reason } = letter
      if (this.rejections.length < mostRejections) this.rejections.push({ record, column, code, reason })
    }
    const lines = Buffer.from(text)
    this.#lines.push(lines)
    this.#lineBytes += lines.length
    this.#lineCount += letters.count
    this.bytes += lines.length
    this.letterBytes += lines.length
    this.rejected += letters.count
    if (this.#lineBytes >= chunkBytes) this.#endDeadChunk()
  }

  /** What came since the last call, records first. */
  take(): readonly NewChunk[] {
    if (this.#lineCount > 0) this.#endDeadChunk()
    const chunks = [...this.#chunks, ...this.#deadChunks]
    this.#chunks = []
    this.#deadChunks = []
    this.bytes = 0
    return chunks
  }

  #endDeadChunk(): void {
    const payload = new Uint8Array(Buffer.concat(this.#lines))
    this.#deadChunks.push({ stream: deadStream(this.#stream.name), kind: 'bytes', rows: this.#lineCount, schema: 0, payload })
    this.#lines = []
    this.#lineBytes = 0
    this.#lineCount = 0
  }
}
