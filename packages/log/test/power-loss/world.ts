import type { Copy } from './copies.ts'

/** The schedule's clock, ms, and the number of the next append. */
export interface World {
  nowMs: number
  nextAppend: number
  /** Calls of the disk may fail. */
  readonly faulty: boolean
  /** Copies that were answered and not looked at yet; null: none is made. */
  readonly copies: Copy[] | null
}
