import type { EndReason } from '../metrics/gateway-metrics.ts'

/** The server ended a connection, and why. */
export class ConnectionEnded extends Error {
  readonly reason: EndReason

  constructor(reason: EndReason, message: string) {
    super(message)
    this.reason = reason
  }
}
