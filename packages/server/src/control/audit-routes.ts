import { AuditPage, PageQuery } from '@millrace/api/schemas'
import { at } from '../http/at.ts'
import { callerOf, tenantHeader, tenantOf } from '../http/authorize.ts'
import type { Ground } from '../platform-ground.ts'

/** Who did what: a tenant's own; the operator's without naming a tenant are those of all. */
export function addAuditRoutes({ http, tenants, audit }: Ground): void {
  http.route({
    ...at('listAuditEntries'),
    config: { scopes: ['admin'] },
    schema: { querystring: PageQuery, response: { 200: AuditPage } },
    handler: async (request) => {
      const ofAll = callerOf(request).tenant === null && request.headers[tenantHeader] === undefined
      return audit.list(ofAll ? null : tenantOf(request, tenants), request.query)
    },
  })
}
