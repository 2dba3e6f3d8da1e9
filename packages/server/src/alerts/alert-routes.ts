import { Type } from '@fastify/type-provider-typebox'
import { Acknowledge, Alert, AlertPage, AlertQuery } from '@millrace/api/schemas'
import { outputStream } from '@millrace/jobs'
import { limits } from '@millrace/plan'
import { at } from '../http/at.ts'
import { callerOf, tenantOf } from '../http/authorize.ts'
import type { Ground } from '../platform-ground.ts'
import type { KeptAlert } from './kept-alerts.ts'
import { concerns, fitsKey } from './silence.ts'

const params = Type.Object({ app: Type.String({ maxLength: limits.nameLength }), alert: Type.String({ maxLength: 64 }) })

/** A tenant's alerts, and who knows of them. */
export function addAlertRoutes({ http, tenants, apps, alerts, silences, log }: Ground): void {
  const shown = (tenant: string, alert: KeptAlert): Alert => {
    const now = log.now()
    const instants = alerts.outputs.of(tenant).get(outputStream(alert.app, alert.output))?.instants
    const columnValue = (name: string): unknown => (instants?.has(name) && alert.key[name] !== null ? new Date(alert.key[name] as string) : alert.key[name])
    const silenced = silences.all(tenant).some((silence) => concerns(silence, alert.app, alert.output, now) && fitsKey(silence, columnValue))
    return { ...alert, silenced }
  }
  http.route({
    ...at('listAlerts'),
    config: { scopes: ['read', 'deploy'] },
    schema: { querystring: AlertQuery, response: { 200: AlertPage } },
    handler: async (request) => {
      const tenant = tenantOf(request, tenants)
      await alerts.upToDate(tenant)
      const { items, next } = alerts.kept.list(tenant, request.query)
      return { items: items.map((alert) => shown(tenant, alert)), next, open: alerts.kept.open(tenant) }
    },
  })
  http.route({
    ...at('acknowledgeAlert'),
    config: { scopes: ['deploy'] },
    schema: { params, body: Type.Union([Acknowledge, Type.Null()]), response: { 200: Alert } },
    handler: async (request) => {
      const { tenant, name } = apps.get(tenantOf(request, tenants), request.params.app)
      await alerts.upToDate(tenant)
      const acknowledgement = { atMs: Date.now(), by: callerOf(request).keyId, note: request.body?.note ?? null }
      return shown(tenant, alerts.kept.acknowledge(tenant, name, request.params.alert, acknowledgement))
    },
  })
}
