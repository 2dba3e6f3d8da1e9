import type { Severity } from '@millrace/plan'
import type { Aggregates } from './aggregates.ts'
import type { Exploded, Leaf, PathTo, PickPaths } from './paths.ts'
import type { KeyValue } from './stream.ts'
import type { Columns, Duration, Row, Scalar, ScalarColumns, Show, Timestamp } from './values.ts'
import type { Window, WindowOptions } from './window.ts'

declare const flowOf: unique symbol
declare const taken: unique symbol

/** What an app may give out: a flow of rows R. */
export interface Output<R = unknown> {
  readonly [flowOf]: R
}

/** Values that an app or `with` names for expressions. A Date is read as a timestamp. */
export type Params = { readonly [name: string]: Scalar | Date }

/** Params P with those that a flow gains by `with`; the last of a name counts. No `Show`: P may be a helper's type parameter. */
export type Joined<P, V> = Omit<P, keyof V> & Row<V>

export interface AlreadyAColumnOfTheResult<Name> {
  readonly [taken]: Name
}
/** Refuses columns of N that the result has anyway. */
export type Clash<N, Taken extends PropertyKey> = { readonly [K in keyof N & Taken]: AlreadyAColumnOfTheResult<K> }

export interface WindowBounds {
  readonly windowStart: Timestamp
  readonly windowEnd: Timestamp
}

export interface AlertOptions<R, P> {
  /** True opens an episode of the key, anything else clears it. */
  readonly when: (row: R, p: P) => boolean
  /** `warning` where it is left out. */
  readonly severity?: 'info' | 'warning' | 'critical'
  readonly message: string | ((row: R, p: P) => string)
  /** A key's episodes open at least this long apart. */
  readonly cooldown?: Duration
  /** Over records: an episode clears when its key brought nothing for this long. */
  readonly clearAfter?: Duration
}

/** The columns that an alert puts before those of its input. */
export interface AlertColumns {
  readonly alert: 'open' | 'update' | 'clear' | 'withdraw'
  readonly severity: Severity
  readonly message: string
  readonly openedAt: Timestamp
}

/** Rows R on their way. The functions given to it are read, not run: they see their parameters only. */
export interface Flow<R, P> extends Output<R> {
  /** Keeps the rows for which `keep` is true; false and missing drop a row. */
  filter(keep: (row: R, p: P) => boolean): Flow<R, P>
  /** A row of new columns for every row; `{ ...row, x }` keeps the others. */
  map<N extends Columns>(to: (row: R, p: P) => N): Flow<Show<Row<N>>, P>
  /** A row for every element of a list column, which then holds the element. */
  explode<
    K extends {
      [C in keyof R & string]: R[C] extends readonly unknown[] ? C : R[C] extends Leaf ? never : `${C}.${PathTo<R[C], readonly unknown[]>}`
    }[keyof R & string],
  >(column: K): Flow<Exploded<R, K>, P>
  /** The rows of this and of others of the same columns, in log order. */
  union(...others: readonly [Output<R>, ...Output<R>[]]): Flow<R, P>
  keyBy<K extends { [C in keyof R & string]: R[C] extends KeyValue ? C : R[C] extends Leaf ? never : `${C}.${PathTo<R[C], KeyValue>}` }[keyof R & string]>(
    ...columns: readonly [K, ...K[]]
  ): Keyed<R, K, P>
  /** One group a window. */
  window(window: Window, options?: WindowOptions): Windowed<R, never, P>
  /** Running totals of all rows. */
  aggregate<N extends ScalarColumns>(to: (row: R, aggregates: Aggregates, p: P) => N, options?: RunningOptions): Flow<Show<Row<N>>, P>
  /** Episodes of the key that made the rows; over plain records, of all of them together. */
  alert(options: AlertOptions<R, P>): Flow<Show<AlertColumns & R>, P>
  /** Adds constants to the params of what follows. They are written into the plan. */
  with<V extends Params>(values: V): Flow<R, Joined<P, V>>
  /** Only results that can no longer change: a window's row comes once, after its allowed lateness. */
  final(): Flow<R, P>
}

export interface RunningOptions {
  /** A row a record (the default), or whenever a value changed. */
  readonly emit?: 'record' | 'change'
}

/** Rows grouped by key columns K. */
export interface Keyed<R, K extends string, P> {
  window(window: Window, options?: WindowOptions): Windowed<R, K, P>
  /** Running totals a key. */
  aggregate<N extends ScalarColumns>(
    to: (row: R, aggregates: Aggregates, p: P) => N & Clash<N, K>,
    options?: RunningOptions,
  ): Flow<Show<PickPaths<R, K> & Row<N>>, P>
  /** Episodes a key. */
  alert(options: AlertOptions<R, P>): Flow<Show<AlertColumns & R>, P>
}

/** Rows grouped by key and window. */
export interface Windowed<R, K extends string, P> {
  aggregate<N extends ScalarColumns>(
    to: (row: R, aggregates: Aggregates, p: P) => N & Clash<N, K | keyof WindowBounds>,
  ): Flow<Show<PickPaths<R, K> & WindowBounds & Row<N>>, P>
}
