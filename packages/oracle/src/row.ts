import type { Values } from './value.ts'

/** A row between operators: its columns, and where it comes from. */
export interface Row {
  readonly values: Values
  /** Of the record or tick that caused the row. */
  readonly sequence: number
  /** Event time, ms; of a window's result: windowEnd - 1 (semantics R3). */
  readonly time: number
  readonly revision: number
  readonly windowStart: number | null
  readonly windowEnd: number | null
  /** Number among the rows exploded from one record. */
  readonly element: number | null
  /** Of an alert: sequence of the row that opened the episode. */
  readonly origin: number | null
  /** How far another engine's floats may be off: 1e-9 x the sum of the absolute values folded (semantics V4). */
  readonly slack: number
}

/** A row too late for all windows of an aggregate, with the watermark before it (semantics T4). */
export interface LateRow extends Row {
  readonly watermark: number
}
