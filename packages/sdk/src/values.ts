declare const brand: unique symbol

/** A span of time. Outside of expressions it comes from `minutes(10)` and the like. */
export interface Duration {
  readonly [brand]: 'duration'
  readonly milliseconds: number
  readonly seconds: number
  readonly minutes: number
  readonly hours: number
  readonly days: number
}

/** An instant, as an expression sees it. Parts are those of the zone given, an IANA name or offset; UTC where it is left out. */
export interface Timestamp {
  readonly [brand]: 'timestamp'
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly epochMs: number
  minus(other: Timestamp): Duration
  minus(span: Duration): Timestamp
  plus(span: Duration): Timestamp
  year(zone?: string): number
  month(zone?: string): number
  dayOfMonth(zone?: string): number
  /** ISO 8601: Monday is 1. */
  dayOfWeek(zone?: string): number
  dayOfYear(zone?: string): number
  hour(zone?: string): number
  minute(zone?: string): number
  second(zone?: string): number
}

/** What a column holds. That a column may be missing stands in the plan, not in its type. */
export type Scalar = number | string | boolean | Timestamp | Duration
export type Value = Scalar | null | undefined | readonly Value[] | { readonly [name: string]: Value }
/** What `map` may return. */
export type Columns = { readonly [name: string]: Value }
/** What `aggregate` may return. */
export type ScalarColumns = { readonly [name: string]: Scalar | null | undefined }

/** `303` to number, `number | null` to number: what a later step sees. */
export type Widen<T> = T extends Timestamp | Duration
  ? T
  : T extends number
    ? number
    : T extends string
      ? string
      : T extends boolean
        ? boolean
        : T extends null | undefined
          ? never
          : T extends Date
            ? Timestamp
            : T

/** The row that an object literal makes. */
export type Row<T> = { readonly [K in keyof T]: Widen<T[K]> }

/** An intersection as one object, so that messages and hovers show its columns. */
export type Show<T> = { readonly [K in keyof T]: T[K] } & {}

/** A row outside of expressions, in tests and for followers: missing is null, a duration is milliseconds. */
export type Received<R> = { readonly [K in keyof R]: ReceivedValue<R[K]> | null }

export type ReceivedValue<V> = V extends Timestamp
  ? Date
  : V extends Duration
    ? number
    : V extends readonly (infer E)[]
      ? readonly ReceivedValue<E>[]
      : V extends object
        ? Received<V>
        : V
