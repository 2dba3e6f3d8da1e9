import { MillraceError } from '@millrace/plan'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { bodyFormat } from './body-format.ts'
import { Decoding } from './decoding.ts'
import { makeDurable, recordSequences } from './durable.ts'
import type { IntakeBody, IntakeOptions, IntakeReceipt } from './intake.ts'
import type { IntakeParts } from './intake-parts.ts'
import { mostBodyBytes, producerName } from './whole-body.ts'

/** Input of a piece; it never changes, or a body that is sent again would be cut elsewhere. */
const pieceBytes = 1 << 20
/** A body has its sequences for itself. */
export const mostPieces = 2 ** 20

/**
 * The body of a producer, of any length: appended piece by piece, cut after the same bytes each time. Sent again after it broke off, the
 * pieces that are there are decoded and passed over.
 */
export class PiecedBody implements IntakeBody {
  readonly #parts: IntakeParts
  readonly #stream: RegisteredStream
  readonly #producerId: string
  readonly #decoding: Decoding
  readonly #known: number
  readonly #end: number
  /** Of the last piece. */
  #sequence: number
  #input = 0
  #repeated = 0
  #sequences: readonly [number, number] | null = null
  #isNew = false

  constructor(parts: IntakeParts, stream: RegisteredStream, options: IntakeOptions, producer: NonNullable<IntakeOptions['producer']>) {
    this.#parts = parts
    this.#stream = stream
    this.#producerId = producerName(stream.name, producer.id)
    this.#sequence = producer.sequence
    this.#end = producer.sequence + mostPieces
    this.#known = parts.log.producerSequence(stream.tenant, this.#producerId) ?? -1
    this.#decoding = new Decoding(parts, stream, bodyFormat(stream.node, options.format))
  }

  async push(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (this.#input === 0) await this.#parts.room.wait(this.#stream.tenant)
      const slice = bytes.subarray(at, at + pieceBytes - this.#input)
      await this.#decoding.push(slice, () => this.#check())
      at += slice.length
      this.#input += slice.length
      if (this.#input === pieceBytes) await this.#append(() => this.#decoding.flush())
    }
  }

  async end(): Promise<IntakeReceipt> {
    await this.#append(() => this.#decoding.finish())
    const { accepted, rejected, rejections } = this.#decoding.collected
    const repeated = this.#repeated
    return { accepted: accepted - repeated, rejected, repeated, rejections, duplicate: !this.#isNew, sequences: this.#sequences }
  }

  async abort(): Promise<void> {
    this.#decoding.close()
    this.#parts.room.release(this.#stream.tenant, this.#decoding.take().bytes)
  }

  async #append(decode: () => Promise<void>): Promise<void> {
    await decode()
    this.#check()
    this.#input = 0
    const taken = this.#decoding.take()
    if (++this.#sequence >= this.#end) throw new MillraceError('INTAKE_BODY_TOO_LARGE', { limit: mostPieces * pieceBytes })
    if (this.#sequence <= this.#known) {
      this.#parts.room.release(this.#stream.tenant, taken.bytes)
      return
    }
    const appended = await makeDurable(this.#parts, this.#stream, taken, { id: this.#producerId, sequence: this.#sequence })
    const sequences = recordSequences(appended)
    if (sequences !== null) this.#sequences = [this.#sequences?.[0] ?? sequences[0], sequences[1]]
    this.#repeated += appended.repeated.length
    this.#isNew ||= appended.receipt !== null
  }

  /** A piece is one append, and where it is cut cannot hang on what comes of it. */
  #check(): undefined {
    if (this.#decoding.collected.bytes > mostBodyBytes) throw new MillraceError('INTAKE_BODY_TOO_LARGE', { limit: mostBodyBytes })
  }
}
