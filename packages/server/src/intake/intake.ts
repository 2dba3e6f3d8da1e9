import type { NewChunk } from '@millrace/log'
import type { RegisteredStream } from '../streams/stream-registry.ts'

/** Bytes of records on their way into the log: decoded once, then durable, then acknowledged. */
export interface Intake {
  /** Everything sent until `end` is one body; its records are appended as they come. */
  open(stream: RegisteredStream, options: IntakeOptions): IntakeBody
  /**
   * A small body of its own in the stream's format: resolves once its records and dead letters are durable. The bytes are kept
   * until then. Messages of a stream that come together are appended together.
   */
  message(stream: RegisteredStream, bytes: Uint8Array): Promise<Pick<IntakeReceipt, 'accepted' | 'rejected' | 'repeated'>>
  /**
   * What a source brings at once, each message a body of its own in the stream's format: one append, with the chunks given, but for records whose
   * message id is known. Where more than 32 MiB come of them, several, the chunks in the last. With `signal` they wait for nothing any more: it
   * rejects, and none of them is taken.
   */
  messages(
    stream: RegisteredStream,
    bodies: readonly Uint8Array[],
    also: readonly NewChunk[],
    signal?: AbortSignal,
  ): Promise<Pick<IntakeReceipt, 'accepted' | 'rejected' | 'repeated'>>
  /** Records that are decoded already, and what stands or falls with them: one append, but for records whose message id is known. */
  append(stream: RegisteredStream, chunks: readonly NewChunk[]): Promise<Pick<IntakeReceipt, 'accepted' | 'repeated'>>
}

export interface IntakeOptions {
  /** How the bytes are written; undefined: as the stream declares. */
  readonly format?: 'ndjson' | 'json' | 'csv'
  /** Bodies of one producer with a sequence that was accepted before are not appended again. */
  readonly producer?: { readonly id: string; readonly sequence: number }
  /**
   * The body of the producer is of any length and appended in pieces, which have the sequences after this one: sent again from its begin, it goes on
   * where it broke off.
   */
  readonly pieces?: boolean
}

export interface IntakeBody {
  /** Resolves when more may be sent: a sender that does not wait is not read. The bytes may be reused afterwards. */
  push(bytes: Uint8Array): Promise<void>
  /** The end of the body: resolves once every record of it is durable. */
  end(): Promise<IntakeReceipt>
  /** The sender went away: of a body with a producer nothing is kept that was not acknowledged; of others, whole records are. */
  abort(): Promise<void>
}

export interface IntakeReceipt {
  readonly accepted: number
  readonly rejected: number
  /** Not kept again: their message id is known. */
  readonly repeated: number
  readonly duplicate: boolean
  /** Sequences of the accepted records, first and last; null: there are none. */
  readonly sequences: readonly [number, number] | null
  /** The first rejected records, with their reasons; all of them are dead letters. */
  readonly rejections: readonly Rejection[]
}

export interface Rejection {
  /** Number of the record in the body, from 1. */
  readonly record: number
  readonly column: string | null
  readonly code: string
  readonly reason: string
}
