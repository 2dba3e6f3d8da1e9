/** Where generated code stopped: rows it filled so far, and the field that it leaves to exact code. */
export interface RunState {
  row: number
  /** Number of the field, and where its bytes begin. */
  slot: number
  at: number
}

/**
 * Takes whole records from bytes[at, end) into rows from `row` on, as long as they look as usual and rows are free.
 * Answers where the first record begins that it did not take. `latestMs`: later event times are not usual.
 */
export type Run = (bytes: Uint8Array, view: DataView, at: number, end: number, state: RunState, row: number, latestMs: number) => number
