import { MillraceError } from '@millrace/plan'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { bodyFormat } from './body-format.ts'
import { Decoding } from './decoding.ts'
import { makeDurable, recordSequences, recordsOf } from './durable.ts'
import type { IntakeBody, IntakeOptions, IntakeReceipt } from './intake.ts'
import type { IntakeParts } from './intake-parts.ts'

/** Input after which what came of it is appended. */
const pieceBytes = 1 << 20
/** Many bad records make much more of their input. */
const mostCollectedBytes = 4 << 20
/** Records of a body that goes on and on are durable after so long. */
const pieceMs = 200

/** A body of any length: appended piece by piece, one append under way while the next piece is decoded. */
export class StreamedBody implements IntakeBody {
  readonly #parts: IntakeParts
  readonly #stream: RegisteredStream
  readonly #decoding: Decoding
  /** Calls, and the timer, one after the other. */
  #chain: Promise<unknown> = Promise.resolve()
  #appending: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | null = null
  #pieceInput = 0
  #durable = 0
  #repeated = 0
  #sequences: readonly [number, number] | null = null
  #failure: { readonly error: unknown } | null = null

  constructor(parts: IntakeParts, stream: RegisteredStream, options: IntakeOptions) {
    this.#parts = parts
    this.#stream = stream
    this.#decoding = new Decoding(parts, stream, bodyFormat(stream.node, options.format))
  }

  push(bytes: Uint8Array): Promise<void> {
    return this.#next(async () => {
      if (this.#parts.room.isFull(this.#stream.tenant)) await this.#waitForRoom()
      this.#pieceInput += bytes.length
      await this.#decoding.push(bytes, () => (this.#decoding.collected.bytes > mostCollectedBytes ? this.#append() : undefined))
      if (this.#pieceInput >= pieceBytes) await this.#appendPiece()
      else this.#timer ??= setTimeout(() => void this.#next(() => this.#appendPiece()).catch(() => {}), pieceMs)
    })
  }

  end(): Promise<IntakeReceipt> {
    return this.#next(async () => {
      this.#stopTimer()
      await this.#decoding.finish()
      await this.#append()
      await this.#appending
      this.#check()
      const { accepted, rejected, rejections } = this.#decoding.collected
      const repeated = this.#repeated
      return { accepted: accepted - repeated, rejected, repeated, rejections, duplicate: false, sequences: this.#sequences }
    })
  }

  /** What was appended stays, and so do whole records that came; a failure was told before, or concerns nobody any more. */
  async abort(): Promise<void> {
    await this.#next(() => this.#appendPiece()).catch(() => {})
    this.#decoding.close()
    await this.#appending
    this.#parts.room.release(this.#stream.tenant, this.#decoding.take().bytes)
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#chain.then(() => {
      this.#check()
      return work()
    })
    this.#chain = result.catch(() => {})
    return result
  }

  /** Who waits holds nothing that others could wait for. */
  async #waitForRoom(): Promise<void> {
    await this.#appendPiece()
    await this.#appending
    await this.#parts.room.wait(this.#stream.tenant)
  }

  async #appendPiece(): Promise<void> {
    this.#stopTimer()
    this.#pieceInput = 0
    await this.#decoding.flush()
    await this.#append()
  }

  /** Waits for the append before. */
  async #append(): Promise<void> {
    await this.#appending
    this.#check()
    const taken = this.#decoding.take()
    this.#appending = makeDurable(this.#parts, this.#stream, taken).then(
      (appended) => {
        const sequences = recordSequences(appended)
        if (sequences !== null) this.#sequences = [this.#sequences?.[0] ?? sequences[0], sequences[1]]
        this.#durable += recordsOf(appended)
        this.#repeated += appended.repeated.length
      },
      (error: unknown) => {
        this.#failure = { error }
      },
    )
  }

  #check(): void {
    if (this.#failure === null) return
    const { error } = this.#failure
    // Of a stream that was deleted nothing was kept.
    if (this.#durable === 0 || (error instanceof MillraceError && error.code === 'STREAM_UNKNOWN')) throw error
    throw new MillraceError('INTAKE_PARTIAL', { accepted: this.#durable, reason: error instanceof Error ? error.message : String(error) }, { cause: error })
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
