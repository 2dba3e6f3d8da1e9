import type { Field } from '@millrace/plan'
import type { Dictionary } from './dictionary.ts'

/**
 * Rows as typed columns in Arrow's physical layout: little-endian values, a validity bitmap (bit set:
 * present; least significant bit first), dictionaries for strings, offsets for lists.
 *
 * A column's `validity` is null exactly where its field is not nullable. The value under a cleared
 * validity bit is 0 (bool: a cleared bit).
 */
export interface Batch {
  readonly rows: number
  readonly fields: readonly Field[]
  /** As many as fields, in their order. Arrays may be longer than `rows` needs. */
  readonly columns: readonly Column[]
}

export type Column = Int32Column | Float64Column | BoolColumn | StringColumn | ListColumn

export interface Int32Column {
  readonly kind: 'int32'
  readonly values: Int32Array
  readonly validity: Uint8Array | null
}

/** int64 are whole numbers within +-(2^53-1), timestamp and duration whole milliseconds; -0 and NaN never occur. */
export interface Float64Column {
  readonly kind: 'int64' | 'float64' | 'timestamp' | 'duration'
  readonly values: Float64Array
  readonly validity: Uint8Array | null
}

export interface BoolColumn {
  readonly kind: 'bool'
  /** A bit a row, least significant first. */
  readonly values: Uint8Array
  readonly validity: Uint8Array | null
}

export interface StringColumn {
  readonly kind: 'string'
  /** Entry of the dictionary, by row. */
  readonly values: Int32Array
  readonly dictionary: Dictionary
  readonly validity: Uint8Array | null
}

export interface ListColumn {
  readonly kind: 'list'
  /** Row r holds the elements offsets[r] (inclusive) to offsets[r + 1] (exclusive). */
  readonly offsets: Int32Array
  readonly elements: Batch
  readonly validity: Uint8Array | null
}

/**
 * Rows picked from a batch, with where they come from: what flows between operators and out of a job.
 * All arrays but `selection` are by row of the batch. Valid only during the call that hands it over.
 */
export interface Rows {
  readonly batch: Batch
  /** Ascending rows of the batch; the first `count` entries count. */
  readonly selection: Int32Array
  readonly count: number
  /** Sequence of the record or tick that caused the row. */
  readonly sequence: Float64Array
  /** Event time, ms; of a window's result: windowEnd - 1. */
  readonly time: Float64Array
  /** How often the result was revised before; null: never. */
  readonly revision: Int32Array | null
  /** Bounds of the row's window, ms; null: the row has no window. */
  readonly windowStart: Float64Array | null
  readonly windowEnd: Float64Array | null
  /** Number of the row among those exploded from one record, or of totals over windows that one cause gave, from 0; null: it has none. */
  readonly element: Int32Array | null
  /**
   * Of an alert: sequence of the row that opened the episode (over windows, windowStart and windowEnd are
   * then the opening window's); null: the row is its own origin.
   */
  readonly origin: Float64Array | null
  /**
   * Of a job that is one part of several: what orders rows of one sequence across the parts, most significant first;
   * absent: their sequences alone do.
   */
  readonly order?: readonly Float64Array[] | null
}
