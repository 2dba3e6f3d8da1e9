/** How long RabbitMQ is waited for. */
export interface Limits {
  readonly connectMs: number
  readonly answerMs: number
  readonly closeMs: number
  /** A connection on which nothing comes for two of them is lost. */
  readonly heartbeatSeconds: number
}

export const limits: Limits = { connectMs: 10_000, answerMs: 30_000, closeMs: 2000, heartbeatSeconds: 30 }
