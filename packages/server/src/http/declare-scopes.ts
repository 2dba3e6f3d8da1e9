import { MillraceError } from '@millrace/plan'
import type { FastifyInstance } from 'fastify'
import { operationAt } from './at.ts'
import { idempotent } from './describe.ts'
import { readOnly } from './read-only.ts'

/** Refuses, at the start, every route that does not say who may call it (SERVER_ROUTE_WITHOUT_SCOPE). */
export function declareScopes(http: Pick<FastifyInstance, 'addHook'>): void {
  http.addHook('onRoute', (route) => {
    const { url, config } = route
    const method = String(route.method)
    if (config?.scopes === undefined) throw new MillraceError('SERVER_ROUTE_WITHOUT_SCOPE', { route: `${method} ${url}` })
    const operationId = operationAt(method, url)
    const security = config.scopes === 'public' ? [] : [{ key: [] }]
    const isNamed = !readOnly.has(method) && config.audit !== false
    route.schema = { ...route.schema, ...{ security, ...(operationId !== undefined && { operationId }), ...(isNamed && { [idempotent]: true }) } }
  })
}
