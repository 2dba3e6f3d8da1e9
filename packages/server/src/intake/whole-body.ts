import { hash } from 'node:crypto'
import { MillraceError } from '@millrace/plan'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { bodyFormat } from './body-format.ts'
import { Decoding } from './decoding.ts'
import { makeDurable, recordSequences } from './durable.ts'
import type { IntakeBody, IntakeOptions, IntakeReceipt } from './intake.ts'
import type { IntakeParts } from './intake-parts.ts'

/** Decoded bytes, dead letters among them, of a body or piece that is one append. */
export const mostBodyBytes = 64 << 20

/** The body of a producer: one append, so that a repetition of it is absorbed whole. */
export class WholeBody implements IntakeBody {
  readonly #parts: IntakeParts
  readonly #stream: RegisteredStream
  readonly #producerId: string
  readonly #sequence: number
  readonly #decoding: Decoding
  #bytes = 0

  constructor(parts: IntakeParts, stream: RegisteredStream, options: IntakeOptions, producer: NonNullable<IntakeOptions['producer']>) {
    this.#parts = parts
    this.#stream = stream
    this.#producerId = producerName(stream.name, producer.id)
    this.#sequence = producer.sequence
    this.#decoding = new Decoding(parts, stream, bodyFormat(stream.node, options.format))
  }

  async push(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length
    await this.#decoding.push(bytes, () => this.#check())
  }

  async end(): Promise<IntakeReceipt> {
    await this.#decoding.finish()
    this.#check()
    const taken = this.#decoding.take()
    const { accepted, rejected, rejections } = this.#decoding.collected
    const appended = await makeDurable(this.#parts, this.#stream, taken, { id: this.#producerId, sequence: this.#sequence })
    const repeated = appended.repeated.length
    const duplicate = appended.receipt?.duplicate ?? false
    return { accepted: accepted - repeated, rejected, repeated, rejections, duplicate, sequences: recordSequences(appended) }
  }

  async abort(): Promise<void> {
    this.#decoding.close()
    this.#parts.room.release(this.#stream.tenant, this.#decoding.take().bytes)
  }

  /** Nobody waits for room while holding some: bodies that all wait for one another would wait for ever. */
  #check(): undefined {
    const most = Math.max(this.#bytes, this.#decoding.collected.bytes)
    if (most > mostBodyBytes) throw new MillraceError('INTAKE_BODY_TOO_LARGE', { limit: mostBodyBytes })
    if (this.#parts.room.isFull(this.#stream.tenant)) throw new MillraceError('INTAKE_BUSY')
  }
}

/** The log has one space of names for a tenant, jobs' among them: a producer's is of its stream, and like no other. */
export function producerName(stream: string, id: string): string {
  return `intake/${hash('sha256', JSON.stringify([stream, id]), 'base64url')}`
}
