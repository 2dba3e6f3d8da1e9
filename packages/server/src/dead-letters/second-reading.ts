import { type Batch, encodeBatch } from '@millrace/columns'
import { type Decoder, openDecoder } from '@millrace/formats'
import type { NewChunk } from '@millrace/log'
import type { Format } from '@millrace/plan'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { bytesOf, type KeptLetter } from './kept-letter.ts'
import { formatOf, inputOf, type Writing } from './writing.ts'

/** Why a letter still does not fit. */
export interface Unfit {
  readonly sequence: number
  readonly column: string | null
  readonly code: string
  readonly reason: string
}

interface Opened {
  readonly key: string
  readonly decoder: Decoder
}

/** Reads dead letters again, by the stream as it is declared now. */
export class SecondReading {
  private readonly stream: RegisteredStream
  private readonly ingestionMs: number
  private opened: Opened | null = null
  private chunks: NewChunk[] = []
  private fault: Omit<Unfit, 'sequence'> | null = null

  /** `ingestionMs`: log time, for the guard against times far ahead (semantics T7). */
  constructor(stream: RegisteredStream, ingestionMs: number) {
    this.stream = stream
    this.ingestionMs = ingestionMs
  }

  /** Null: the letter is a record now; else why it is none. */
  read(letter: KeptLetter): Unfit | null {
    const { sequence, column, code, reason } = letter
    const writing = writingOf(letter)
    const format = writing === null ? null : formatOf(writing)
    if (writing === null || format === null || isBeyondReading(letter)) return { sequence, column, code, reason }
    const key = JSON.stringify(writing)
    if (this.opened?.key !== key) this.open(key, format)
    const { decoder } = this.opened as Opened
    this.fault = null
    decoder.push(inputOf(writing, bytesOf(letter)), this.ingestionMs)
    decoder.finish()
    decoder.reset()
    return this.found(sequence)
  }

  /** The records since the last call, in the order of their letters. */
  take(): readonly NewChunk[] {
    this.opened?.decoder.flush()
    const { chunks } = this
    this.chunks = []
    return chunks
  }

  private found(sequence: number): Unfit | null {
    return this.fault === null ? null : { sequence, ...this.fault }
  }

  private open(key: string, format: Format): void {
    const { name, node } = this.stream
    this.opened?.decoder.flush()
    const sink = {
      batch: (batch: Batch) => this.add(batch),
      deadLetters: (letters: Iterable<Omit<Unfit, 'sequence'>>) => {
        for (const { column, code, reason } of letters) this.fault ??= { column, code, reason }
      },
    }
    this.opened = { key, decoder: openDecoder(name, { ...node, format }, sink) }
  }

  private add(batch: Batch): void {
    const { name, version } = this.stream
    this.chunks.push({ stream: name, kind: 'batch', rows: batch.rows, schema: version, payload: encodeBatch(batch, 0, batch.rows, { shared: true }) })
  }
}

/** Null: the letter was kept before the log said how records were written. */
function writingOf({ format, separator, fields }: KeptLetter): Writing | null {
  return format === undefined ? null : { format, ...(separator !== undefined && { separator }), ...(fields !== undefined && { fields }) }
}

/** Cut off, or the header of its input. */
function isBeyondReading({ code, text, separator = ',', fields }: KeptLetter): boolean {
  return code === 'RECORD_TOO_LONG' || (fields !== undefined && text?.replaceAll('"', '') === fields.join(separator).replaceAll('"', ''))
}
