import { type UsageDay, UsageQuery, Usage as UsageSchema } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import { at } from '../http/at.ts'
import { tenantOf } from '../http/authorize.ts'
import type { Ground } from '../platform-ground.ts'
import { beginOf, dayOf, daysBefore } from './day.ts'
import { shownApp, shownDays, totalOf } from './shown-usage.ts'

const mostDays = 400
const defaultDays = 30

/** What a tenant uses, by day, stream and app. */
export function addUsageRoutes({ http, log, history, tenants, usage }: Ground): void {
  http.route({
    ...at('usage'),
    config: { scopes: ['read'] },
    schema: { summary: 'What a tenant uses and used', querystring: UsageQuery, response: { 200: UsageSchema } },
    handler: async (request) => {
      const tenant = tenantOf(request, tenants)
      const { from, to } = daysOf(request.query)
      const days: readonly UsageDay[] = shownDays(usage.between(tenant, from, to))
      const apps = usage.running(tenant).map(shownApp)
      const streams = log.streams(tenant).filter(({ stream }) => !stream.includes('$'))
      return {
        tenant,
        storageBytes: log.streams(tenant).reduce((sum, { bytes }) => sum + bytes, history.history.bytes(tenant)),
        stateBytes: apps.reduce((sum, { stateBytes }) => sum + stateBytes, 0),
        streams: streams.map(({ stream, records: rows, bytes }) => ({ stream, rows, bytes })),
        apps,
        queryMsThisHour: usage.queries.ranMs(tenant),
        total: totalOf(days),
        days,
      }
    },
  })
}

/** Errors: USAGE_DAYS. */
function daysOf({ from, to = dayOf(Date.now()) }: UsageQuery): { readonly from: string; readonly to: string } {
  const last = beginOf(to)
  const first = from === undefined ? last - (defaultDays - 1) * 86_400_000 : beginOf(from)
  if (Number.isNaN(first) || Number.isNaN(last)) throw new MillraceError('USAGE_DAYS', { reason: 'there is no such day' })
  if (first > last) throw new MillraceError('USAGE_DAYS', { reason: 'the first comes after the last' })
  if (first < beginOf(daysBefore(to, mostDays - 1))) throw new MillraceError('USAGE_DAYS', { reason: `they are more than ${mostDays}` })
  return { from: dayOf(first), to }
}
