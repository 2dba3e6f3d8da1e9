import { Type } from '@fastify/type-provider-typebox'
import { NewTenant, PageQuery, Tenant, TenantChange, TenantPage } from '@millrace/api/schemas'
import { at } from '../http/at.ts'
import type { Ground } from '../platform-ground.ts'

const params = Type.Object({ tenant: Type.String({ maxLength: 128 }) })

/** Tenants, by the operator. */
export function addTenantRoutes({ http, tenants, keys, streams, apps, supervisor, silences, usage, log, history }: Ground): void {
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
    handler: async ({ body }, reply) => reply.code(201).send(tenants.create(body.name, body.quotas)),
  })
  http.route({
    ...at('getTenant'),
    config,
    schema: { params, response: { 200: Tenant } },
    handler: async (request) => tenants.get(request.params.tenant),
  })
  http.route({
    ...at('changeTenant'),
    config,
    schema: { params, body: TenantChange, response: { 200: Tenant } },
    handler: async (request) => tenants.change(request.params.tenant, request.body.quotas),
  })
  http.route({
    ...at('deleteTenant'),
    config,
    schema: { params, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      const { name } = tenants.get(request.params.tenant)
      await history.erase(name)
      for (const app of apps.all(name)) await supervisor.delete(name, app.name)
      keys.deleteAll(name)
      tenants.delete(name)
      streams.forgetTenant(name)
      silences.forgetTenant(name)
      usage.forget(name)
      await log.erase(name)
      return reply.code(204).send(null)
    },
  })
}
