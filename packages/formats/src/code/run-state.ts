/** Where generated code stopped: rows it filled so far, and the field that it leaves to exact code. */
export interface RunState {
  row: number
  /** Number of the field, and where its bytes begin. */
  slot: number
  at: number
}

/**
 * Takes whole records from bytes[at, end) as long as they look as usual, into rows from `row` on, or are plainly bad,
 * and as long as rows are free. Answers where the first record begins that it did not take. `latestMs`: later event
 * times are not usual.
 */
export type Run = (bytes: Uint8Array, view: DataView, at: number, end: number, state: RunState, row: number, latestMs: number) => number

/** Judges records at which generated code stops. */
export interface Judge {
  /** During a trial of new code bad records are skipped without a dead letter. */
  trial: boolean
  /**
   * The record begins at `start`; `slot` tells what stopped the code, whose value begins at `field` and which came as
   * far as `at`. Sends a dead letter and answers where the next record begins, or 0: exact code must read the record.
   */
  refuse(bytes: Uint8Array, view: DataView, start: number, end: number, slot: number, field: number, at: number, row: number): number
}
