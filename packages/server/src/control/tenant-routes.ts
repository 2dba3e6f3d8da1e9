import { Type } from '@fastify/type-provider-typebox'
import { NewTenant, PageQuery, Tenant, TenantChange, TenantPage } from '@millrace/api/schemas'
import { at } from '../http/at.ts'
import { checkIfMatch, etagOf } from '../http/etag.ts'
import type { Ground } from '../platform-ground.ts'
import { checkNotErasing } from './erasure.ts'

const params = Type.Object({ tenant: Type.String({ maxLength: 128 }) })

/** Tenants, by the operator. */
export function addTenantRoutes({ http, tenants, erasure, changes }: Ground): void {
  const config = { scopes: ['operator' as const] }
  http.route({
    ...at('listTenants'),
    config,
    schema: { querystring: PageQuery, response: { 200: TenantPage } },
    handler: async ({ query }) => tenants.list(query),
  })
  http.route({
    ...at('createTenant'),
    config,
    schema: { body: NewTenant, response: { 201: Tenant } },
    handler: async ({ body }, reply) => {
      checkNotErasing(erasure, body.name)
      return reply.code(201).send(tenants.create(body.name, body.quotas))
    },
  })
  http.route({
    ...at('getTenant'),
    config,
    schema: { params, response: { 200: Tenant } },
    handler: async (request, reply) => {
      const tenant = tenants.get(request.params.tenant)
      return reply.header('etag', etagOf(tenant.quotas)).send(tenant)
    },
  })
  http.route({
    ...at('changeTenant'),
    config,
    schema: { params, body: TenantChange, response: { 200: Tenant } },
    handler: async (request, reply) => {
      const { name, quotas } = tenants.get(request.params.tenant)
      checkIfMatch(request, etagOf(quotas), `tenant ${name}`)
      const changed = tenants.change(name, request.body.quotas)
      return reply.header('etag', etagOf(changed.quotas)).send(changed)
    },
  })
  http.route({
    ...at('deleteTenant'),
    // It holds up all other changes itself.
    config: { ...config, changes: false },
    schema: { summary: 'Erase a tenant and all that is kept of it', params, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      const { tenant } = request.params
      if (request.headers['if-match'] !== undefined) checkIfMatch(request, etagOf(tenants.get(tenant).quotas), `tenant ${tenant}`)
      await changes.frozenWhile(() => erasure.begin(tenant))
      await erasure.finish(tenant)
      return reply.code(204).send(null)
    },
  })
}
