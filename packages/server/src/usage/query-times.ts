import type { Control } from '../control/control.ts'
import { dayOf } from './day.ts'

/** Queries of a tenant on a day. */
export interface QueryCount {
  readonly day: string
  readonly queries: number
  /** They ran, waiting not included. */
  readonly ms: number
}

const hourMs = 3_600_000

/** How long queries of tenants ran, by hour of the clock, in the control database: counted when they end, and through restarts. */
export class QueryTimes {
  private readonly control: Control
  private readonly clock: () => number

  constructor(control: Control, clock: () => number) {
    this.control = control
    this.clock = clock
  }

  ran(tenant: string, tookMs: number): void {
    const { day, hour } = this.now()
    this.control.run(
      `INSERT INTO usage_of_queries SELECT name, ?, ?, 1, ? FROM tenants WHERE name = ? ON CONFLICT DO UPDATE SET
queries = queries + 1, ms = ms + excluded.ms`,
      ...[day, hour, tookMs, tenant],
    )
  }

  /** Since the hour began. */
  ranMs(tenant: string): number {
    const { day, hour } = this.now()
    const row = this.control.one('SELECT ms FROM usage_of_queries WHERE tenant = ? AND day = ? AND hour = ?', tenant, day, hour)
    return Number(row?.['ms'] ?? 0)
  }

  /** Until the next hour begins. */
  untilNextHourMs(): number {
    return hourMs - (this.clock() % hourMs)
  }

  /** Both days included, the oldest first. */
  days(tenant: string, from: string, to: string): readonly QueryCount[] {
    const sums = 'SELECT day, sum(queries) AS queries, sum(ms) AS ms FROM usage_of_queries WHERE tenant = ? AND day BETWEEN ? AND ? GROUP BY day ORDER BY day'
    return this.control.all(sums, tenant, from, to).map(({ day, queries, ms }) => ({ day, queries, ms }) as QueryCount)
  }

  private now(): { readonly day: string; readonly hour: number } {
    const nowMs = this.clock()
    return { day: dayOf(nowMs), hour: Math.floor(nowMs / hourMs) % 24 }
  }
}
