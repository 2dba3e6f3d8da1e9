import type { Duration, Scalar, Timestamp } from './values.ts'

export interface Where {
  /** Only rows for which this is true are folded. */
  readonly where?: boolean
}

type Maybe<T> = T | null | undefined

/** The second parameter of `aggregate`. All but `count()` skip missing values. */
export interface Aggregates {
  /** Rows. */
  count(options?: Where): number
  /** Rows in which the value is present. */
  count(value: Maybe<Scalar>, options?: Where): number
  /** Rows for which the condition is true. */
  countIf(condition: boolean): number
  sum(value: Maybe<number>, options?: Where): number
  avg(value: Maybe<number>, options?: Where): number
  min<T extends number | string | Timestamp | Duration>(value: Maybe<T>, options?: Where): T
  max<T extends number | string | Timestamp | Duration>(value: Maybe<T>, options?: Where): T
  /** The value with the earliest event time. */
  first<T extends Scalar>(value: Maybe<T>, options?: Where): T
  /** The value with the latest event time. */
  last<T extends Scalar>(value: Maybe<T>, options?: Where): T
  /** Of the sample (n - 1). */
  variance(value: Maybe<number>, options?: Where): number
  /** Of the sample (n - 1). */
  stddev(value: Maybe<number>, options?: Where): number
}
