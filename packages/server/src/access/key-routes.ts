import { Type } from '@fastify/type-provider-typebox'
import { CreatedKey, KeyPage, KeyRotation, NewKey, PageQuery } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import type { FastifyRequest } from 'fastify'
import { at } from '../http/at.ts'
import { callerOf, tenantHeader, tenantOf } from '../http/authorize.ts'
import type { Ground } from '../platform-ground.ts'
import { allows } from './allows.ts'

const params = Type.Object({ key: Type.String({ maxLength: 64 }) })

/** A tenant's keys, by its admins; the operator's own where the operator names no tenant. */
export function addKeyRoutes({ http, keys, tenants }: Ground): void {
  const config = { scopes: ['admin' as const] }
  const ownerOf = (request: FastifyRequest, named?: string): string | null => {
    const caller = callerOf(request)
    if (named === undefined) return caller.tenant === null && request.headers[tenantHeader] === undefined ? null : tenantOf(request, tenants)
    if (caller.tenant !== null && caller.tenant !== named) throw new MillraceError('TENANT_UNKNOWN', { tenant: named })
    return tenants.get(named).name
  }
  http.route({
    ...at('listKeys'),
    config,
    schema: { querystring: PageQuery, response: { 200: KeyPage } },
    handler: async (request) => keys.list(ownerOf(request), request.query),
  })
  http.route({
    ...at('createKey'),
    config,
    schema: { body: NewKey, response: { 201: CreatedKey } },
    handler: async (request, reply) => {
      const { tenant: named, ...key } = request.body
      const tenant = ownerOf(request, named)
      for (const scope of key.scopes) {
        // A key of a tenant with the operator's scope would see all others.
        if (!allows(callerOf(request), [scope]) || (scope === 'operator') !== (tenant === null)) throw new MillraceError('KEY_SCOPE_BEYOND', { scope })
      }
      return reply.code(201).send(keys.create({ ...key, tenant }))
    },
  })
  http.route({
    ...at('revokeKey'),
    config,
    schema: { params, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      keys.revoke(ownerOf(request), request.params.key)
      return reply.code(204).send(null)
    },
  })
  http.route({
    ...at('rotateKey'),
    config,
    schema: { params, body: Type.Union([KeyRotation, Type.Null()]), response: { 201: CreatedKey } },
    handler: async (request, reply) => reply.code(201).send(keys.rotate(ownerOf(request), request.params.key, request.body?.graceMs)),
  })
}
