/** How long is waited for a system. */
export interface TimeLimits {
  /** To be let in. */
  readonly connectMs: number
  /** For the answer to what is written. */
  readonly answerMs: number
}

export const usualLimits: TimeLimits = { connectMs: 10_000, answerMs: 30_000 }
