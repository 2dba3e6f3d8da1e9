import type { Decoder } from '@millrace/formats'
import type { NewChunk } from '@millrace/log'
import type { Format } from '@millrace/plan'
import { writingOf } from '../dead-letters/writing.ts'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { Collected } from './collected.ts'
import type { Loan } from './decoders.ts'
import type { IntakeParts } from './intake-parts.ts'
import { LastTimes } from './last-times.ts'

/** Input of a turn at most, and at least where much comes of little. */
const mostSliceBytes = 64 << 10
const leastSliceBytes = 1 << 10
/** Letters of a turn, about: a short line makes a hundred times its bytes, so what a turn takes follows what came of the one before. */
const turnLetterBytes = 256 << 10
/** What an input takes besides its bytes. */
const inputBytes = 32

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
  /** At first a body of some hundred records. */
  #sliceBytes = 8 << 10
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
    for (let at = 0; at < bytes.length; ) {
      const slice = bytes.subarray(at, at + this.#sliceBytes)
      at += slice.length
      await this.#turn(slice.length, () => {
        // By now the decoder may be somebody else's.
        if (!this.#closed) decoder.push(slice, this.#parts.log.now())
      })
      await after()
    }
  }

  /** Whole inputs, one after the other, `after` awaited in between; answers what each of them held. */
  async inputs(inputs: readonly Uint8Array[], after: () => Promise<void> | undefined): Promise<readonly Counts[]> {
    const { decoder } = await this.borrow()
    const counts: Counts[] = []
    while (counts.length < inputs.length) {
      const { records } = decoder
      const { rejected } = this.collected
      const long = inputs[counts.length] as Uint8Array
      if (long.length > this.#sliceBytes) {
        await this.push(long, after)
        await this.#turn(0, () => counts.push(this.#endInput(decoder, records, rejected)))
      } else {
        const next = this.#shortInputs(inputs, counts.length)
        await this.#turn(next.bytes, () => {
          for (const input of next.inputs) counts.push(this.#input(decoder, input))
        })
      }
      await after()
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

  /** Those of one turn. */
  #shortInputs(inputs: readonly Uint8Array[], from: number): { readonly inputs: readonly Uint8Array[]; readonly bytes: number } {
    let bytes = 0
    let to = from
    for (let next = inputs[to]; next !== undefined && next.length <= this.#sliceBytes && bytes < this.#sliceBytes; next = inputs[++to])
      bytes += next.length + inputBytes
    return { inputs: inputs.slice(from, to), bytes }
  }

  #input(decoder: Decoder, input: Uint8Array): Counts {
    const { records } = decoder
    const { rejected } = this.collected
    decoder.push(input, this.#parts.log.now())
    return this.#endInput(decoder, records, rejected)
  }

  /** What it held beyond those records and rejected ones. */
  #endInput(decoder: Decoder, records: number, rejected: number): Counts {
    const { collected } = this
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
      const { letterBytes } = collected
      try {
        work()
      } finally {
        this.#parts.room.hold(this.#stream.tenant, collected.bytes - before)
      }
      if (bytes > 0) this.#follow(bytes, collected.letterBytes - letterBytes)
      return bytes + collected.bytes - before
    })
  }

  /** So many bytes made so many of letters: how many the next turn takes. */
  #follow(bytes: number, letterBytes: number): void {
    const fitting = Math.floor((bytes * turnLetterBytes) / Math.max(1, letterBytes))
    this.#sliceBytes = Math.max(leastSliceBytes, Math.min(mostSliceBytes, 2 * this.#sliceBytes, fitting))
  }
}
