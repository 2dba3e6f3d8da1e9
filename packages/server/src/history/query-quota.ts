import type { Quotas } from '@millrace/api/schemas'
import type { QueryAllowance } from '@millrace/history'
import { MillraceError } from '@millrace/plan'
import type { FastifyBaseLogger } from 'fastify'
import type { QueryTimes } from '../usage/query-times.ts'

export interface QueryQuotaContext {
  readonly times: QueryTimes
  quotasOf(tenant: string): Pick<Quotas, 'querySeconds' | 'querySecondsPerHour'>
  readonly logger: Pick<FastifyBaseLogger, 'error'>
  /** Told of what is counted. */
  ran?(tenant: string, tookMs: number): void
}

/**
 * Keeps tenants within the time that a query of theirs may run, and all of an hour together. A query that has begun may go over the latter;
 * then they are refused until the next hour of the clock begins (TENANT_QUERY_TIME).
 */
export class QueryQuota implements QueryAllowance {
  private readonly context: QueryQuotaContext

  constructor(context: QueryQuotaContext) {
    this.context = context
  }

  /** Errors: TENANT_QUERY_TIME, TENANT_UNKNOWN. */
  timeMs(tenant: string): number {
    const { times } = this.context
    const { querySeconds, querySecondsPerHour: limitSeconds } = this.context.quotasOf(tenant)
    if (limitSeconds !== null && times.ranMs(tenant) >= limitSeconds * 1000) {
      throw new MillraceError('TENANT_QUERY_TIME', { limitSeconds, retryAfterSeconds: Math.ceil(times.untilNextHourMs() / 1000) })
    }
    return querySeconds === null ? Number.POSITIVE_INFINITY : querySeconds * 1000
  }

  ran(tenant: string, tookMs: number): void {
    try {
      this.context.times.ran(tenant, tookMs)
    } catch (err) {
      this.context.logger.error({ tenant, err }, 'time of a query could not be counted')
    }
    this.context.ran?.(tenant, tookMs)
  }
}
