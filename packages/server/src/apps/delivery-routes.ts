import { Type } from '@fastify/type-provider-typebox'
import { DeliveryPage, PageQuery } from '@millrace/api/schemas'
import { limits } from '@millrace/plan'
import { defaultPageLimit, pageOf } from '../control/page.ts'
import { at } from '../http/at.ts'
import { tenantOf } from '../http/authorize.ts'
import type { Ground } from '../platform-ground.ts'
import { currentWays } from './current-ways.ts'
import { pathsOf, shownPath } from './delivery-paths.ts'

/** What each path from a stream to an output gives (requirement E1). */
export function addDeliveryRoutes(ground: Ground): void {
  const { http, tenants, apps } = ground
  http.route({
    ...at('appDelivery'),
    config: { scopes: ['read', 'deploy'] },
    schema: { params: Type.Object({ app: Type.String({ maxLength: limits.nameLength }) }), querystring: PageQuery, response: { 200: DeliveryPage } },
    handler: async (request) => {
      const { tenant, name, plan } = apps.get(tenantOf(request, tenants), request.params.app)
      const { after = '', limit = defaultPageLimit } = request.query
      const skip = /^\d{1,15}$/.test(after) ? Number(after) : 0
      const paths = pathsOf(plan, currentWays(ground, tenant, name), skip, limit + 1)
      return pageOf(paths.map(shownPath), { limit }, () => String(skip + limit))
    },
  })
}
