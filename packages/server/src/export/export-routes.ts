import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Type } from '@fastify/type-provider-typebox'
import { MillraceError } from '@millrace/plan'
import type { FastifyTypeProviderDefault } from 'fastify'
import { at } from '../http/at.ts'
import { callerOf } from '../http/authorize.ts'
import type { Ground } from '../platform-ground.ts'
import { Exports } from './exports.ts'

const params = Type.Object({ tenant: Type.String({ maxLength: 128 }) })
const answer = {
  200: { description: 'A tar archive; export.json comes last', content: { 'application/x-tar': { schema: Type.String({ format: 'binary' }) } } },
}

/** A tenant's data, whole: for its admins, and the operator. */
export function addExportRoutes({ http, settings, log, control, tenants, keys, history, erasure }: Ground): void {
  const folder = join(resolve(settings.data), 'exports')
  // What a crash left.
  rmSync(folder, { recursive: true, force: true })
  const exports = new Exports({ log, control, history: history.history, folder })
  erasure.on((tenant) => exports.forgetTenant(tenant))
  keys.onEnded((keyId) => exports.endKey(keyId))
  http.withTypeProvider<FastifyTypeProviderDefault>().route({
    ...at('exportTenant'),
    config: { scopes: ['admin'], audit: true },
    schema: { summary: 'All that is kept of a tenant, as one archive', params, response: answer },
    exposeHeadRoute: false,
    handler: (request, reply) => {
      const { tenant } = request.params as { readonly tenant: string }
      const { tenant: own, keyId } = callerOf(request)
      if (own !== null && own !== tenant) throw new MillraceError('TENANT_UNKNOWN', { tenant })
      const { name } = tenants.get(tenant)
      return reply
        .type('application/x-tar')
        .header('content-disposition', `attachment; filename="${name}.tar"`)
        .header('cache-control', 'no-store')
        .send(exports.open(name, keyId, reply.raw))
    },
  })
}
