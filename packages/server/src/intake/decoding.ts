import type { Decoder } from '@millrace/formats'
import type { NewChunk } from '@millrace/log'
import type { Format } from '@millrace/plan'
import { writingOf } from '../dead-letters/writing.ts'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { Collected } from './collected.ts'
import type { Loan } from './decoders.ts'
import type { IntakeParts } from './intake-parts.ts'
import { LastTimes } from './last-times.ts'

const sliceBytes = 64 << 10

/** Chunks to be appended, and the room that they take until they are. */
export interface Taken {
  readonly chunks: readonly NewChunk[]
  readonly bytes: number
}

/** Records of an input. */
export interface Counts {
  readonly accepted: number
  readonly rejected: number
}

/** Bytes of a stream on their way to chunks: decoded in turns, what comes of them is held in the room. */
export class Decoding {
  readonly collected: Collected
  readonly #parts: IntakeParts
  readonly #stream: RegisteredStream
  readonly #format: Format
  /** Records without time take that of the stream's record before. */
  readonly #followed: boolean
  #loan: Loan | null = null
  #closed = false

  constructor(parts: IntakeParts, stream: RegisteredStream, format: Format) {
    this.#parts = parts
    this.#stream = stream
    this.#format = format
    this.#followed = LastTimes.concerns(stream)
    this.collected = new Collected(stream, () => writingOf(format, this.#loan?.decoder.fieldNames() ?? null))
  }

  /** Decodes the bytes piece by piece; `after` is awaited after each. */
  async push(bytes: Uint8Array, after: () => Promise<void> | undefined): Promise<void> {
    const { decoder } = await this.borrow()
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      const slice = bytes.subarray(at, at + sliceBytes)
      await this.#turn(slice.length, () => {
        // By now the decoder may be somebody else's.
        if (!this.#closed) decoder.push(slice, this.#parts.log.now())
      })
      await after()
    }
  }

  /** Whole inputs, one after the other; answers what each of them held. */
  async inputs(inputs: readonly Uint8Array[]): Promise<readonly Counts[]> {
    const { decoder } = await this.borrow()
    const counts: Counts[] = []
    for (let at = 0; at < inputs.length; ) {
      let bytes = 0
      const from = at
      while (at < inputs.length && bytes < sliceBytes) bytes += (inputs[at++] as Uint8Array).length
      await this.#turn(bytes, () => {
        for (const input of inputs.slice(from, at)) counts.push(this.#input(decoder, input))
      })
    }
    return counts
  }

  /** Makes chunks of the whole records that came so far. */
  async flush(): Promise<void> {
    const loan = this.#loan
    if (loan !== null) await this.#turn(0, () => this.#closed || loan.decoder.flush())
  }

  /** The end of the input: its last record is whole. */
  async finish(): Promise<void> {
    const loan = this.#loan
    if (loan !== null) await this.#turn(0, () => this.#closed || loan.decoder.end())
    this.close()
  }

  /** What is in the decoder and not flushed is dropped. */
  close(): void {
    this.#closed = true
    this.#loan?.end()
    this.#loan = null
  }

  /** What is decoded; whoever takes it releases its room. */
  take(): Taken {
    const { bytes } = this.collected
    return { bytes, chunks: this.collected.take() }
  }

  /** Waits for a decoder. */
  async borrow(): Promise<Loan> {
    if (this.#loan !== null) return this.#loan
    if (this.#followed) await this.#parts.lastTimes.find(this.#stream)
    const loan = await this.#parts.decoders.loan(this.#stream, this.#format, this.collected)
    this.#loan = loan
    if (this.#followed) loan.decoder.precededBy(this.#parts.lastTimes.of(this.#stream))
    if (this.#closed) loan.end()
    return loan
  }

  #input(decoder: Decoder, input: Uint8Array): Counts {
    const { collected } = this
    const records = decoder.records
    const { rejected } = collected
    decoder.push(input, this.#parts.log.now())
    decoder.finish()
    const { lastTimeMs } = decoder
    decoder.reset()
    if (this.#followed) decoder.precededBy(lastTimeMs)
    const newlyRejected = collected.rejected - rejected
    return { accepted: decoder.records - records - newlyRejected, rejected: newlyRejected }
  }

  #turn(bytes: number, work: () => unknown): Promise<void> {
    const { collected } = this
    return this.#parts.turns.run(this.#stream.tenant, () => {
      const before = collected.bytes
      try {
        work()
      } finally {
        this.#parts.room.hold(this.#stream.tenant, collected.bytes - before)
      }
      return bytes + collected.bytes - before
    })
  }
}
