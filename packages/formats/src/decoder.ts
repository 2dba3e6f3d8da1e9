import type { Batch } from '@millrace/columns'
import type { ErrorCode } from '@millrace/plan'

/** Who takes what a decoder gives. A batch is valid only during the call. */
export interface DecoderSink {
  /** Records of one stream, in the order of the input. `ingestion`: log time of all of them. */
  batch(batch: Batch): void
  /** Records that did not fit, in the order of the input: handed over before the `push` that completed them returns. */
  deadLetters(letters: DeadLetters): void
}

/** Dead letters of a piece of input, valid only during the call; a letter that was made stays. */
export interface DeadLetters extends Iterable<DeadLetter> {
  readonly count: number
  /** The code of a letter, without making it. */
  codeAt(index: number): ErrorCode
  /** Makes a letter: its texts and a copy of its bytes. */
  at(index: number): DeadLetter
}

/** A record that did not fit, with all that is needed to mend it and send it again (semantics B1). */
export interface DeadLetter {
  readonly stream: string
  /** Number of the record in the input, from 1; good and bad ones count. */
  readonly record: number
  /** Where its bytes begin in the input. */
  readonly byteOffset: number
  /** A copy, cut off at the limit of a record. */
  readonly bytes: Uint8Array
  /** Flat name of the column, where one is to blame. */
  readonly column: string | null
  readonly code: ErrorCode
  /** What is wrong, with the offending text, in words. */
  readonly reason: string
  /** The stream's key columns as text, where all could be read. */
  readonly key: string | null
}

export interface DecoderStats {
  readonly records: number
  readonly rows: number
  readonly bad: number
  readonly bytes: number
  /** Bad records by error code, and by key (at most 10,000 keys, then `other`). */
  readonly badByCode: ReadonlyMap<string, number>
  readonly badByKey: ReadonlyMap<string, number>
}

/**
 * Bytes of one stream's format to batches. The driver pushes chunks that may end anywhere, then calls
 * `end` once. It never throws for what stands in the bytes: every record becomes a row or a dead letter.
 */
export interface Decoder {
  /** `ingestionMs`: log time of the chunk, for the future guard (T7); left out: the guard is off (T8). */
  push(bytes: Uint8Array, ingestionMs?: number): void
  /** Hands over the rows decoded so far, without waiting for a full batch. */
  flush(): void
  /** The end of the input: its last record is whole. Rows wait for a full batch or `flush`. */
  finish(): void
  /** `finish`, then `flush`. */
  end(): void
  /**
   * Begins another input: headers, numbers and offsets of records begin anew, a record that is not whole is dropped. Figures go on.
   * What was learned about the records stays, so a decoder kept for many small inputs is much cheaper than one for each.
   */
  reset(): void
  /** Says before an input begins what the event time of the stream's record before it is, ms (semantics T7); NaN: there is none. */
  precededBy(timeMs: number): void
  /** Event time of the last row, ms; NaN: neither the input has one, nor is it known of the record before it. */
  readonly lastTimeMs: number
  /** Records so far, good and bad. */
  readonly records: number
  /** Of CSV: what the fields of the input's lines are called, by its header, or by the schema where it has none; null: another format. */
  fieldNames(): readonly string[] | null
  stats(): DecoderStats
}
