/** The schedule's clock, ms, and the number of the next append. */
export interface World {
  nowMs: number
  nextAppend: number
  /** Calls of the disk may fail. */
  readonly faulty: boolean
}
