import type { Duration, Stream, Timestamp } from '@millrace/sdk'

/**
 * A record as a test writes it: columns of the stream's row, in any selection. A Date is written in the
 * column's own format, text as it stands; null is a missing value, undefined leaves the column out.
 */
export type SentRecord<R> = { readonly [Column in keyof R]?: SentValue<R[Column]> | null }

type SentValue<V> = V extends Timestamp
  ? Date | string | number
  : V extends Duration
    ? never
    : V extends readonly (infer Element)[]
      ? readonly SentValue<Element>[]
      : V extends object
        ? SentRecord<V>
        : V

/** The record that a stream takes. */
export type RecordOf<S> = S extends Stream<infer R> ? SentRecord<R> : never
