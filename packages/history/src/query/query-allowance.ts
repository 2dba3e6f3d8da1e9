/** Who says how long a tenant's queries may run, and is told how long they did. */
export interface QueryAllowance {
  /** ms that a query of the tenant may run; asked when it comes and again when it is its turn. Throws where it may not run now. */
  timeMs(tenant: string): number
  /** A query of the tenant ran for so long, waiting not included, however it ended. It must not throw. */
  ran(tenant: string, tookMs: number): void
}

/** Whatever the limits of the history are. */
export const unlimited: QueryAllowance = { timeMs: () => Number.POSITIVE_INFINITY, ran: () => {} }
