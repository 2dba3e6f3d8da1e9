import { Type } from '@fastify/type-provider-typebox'
import { Silence as ApiSilence, NewSilence, SilenceList } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import { at } from '../http/at.ts'
import { callerOf, tenantOf } from '../http/authorize.ts'
import type { Ground } from '../platform-ground.ts'
import { type AlertOutput, alertOutputsOf } from './alert-outputs.ts'
import { type AlertKey, instantOf, type Silence } from './silence.ts'

const params = Type.Object({ silence: Type.String({ maxLength: 64 }) })

/** A tenant's silences. */
export function addSilenceRoutes({ http, tenants, apps, silences, log }: Ground): void {
  /** One that can fit nothing is most likely misspelt. */
  const checkFits = (tenant: string, { app, output, key = {} }: NewSilence): void => {
    if (app === undefined) return
    const fits = alertOutputsOf(apps.get(tenant, app).plan).filter((of) => (output ?? of.output) === of.output)
    if (!fits.some((of) => couldFit(of, key))) throw new MillraceError('SILENCE_FITS_NOTHING', { app })
  }
  http.route({
    ...at('listSilences'),
    config: { scopes: ['read', 'deploy'] },
    schema: { response: { 200: SilenceList } },
    handler: async (request) => ({ items: silences.inForce(tenantOf(request, tenants), log.now()).map(shown) }),
  })
  http.route({
    ...at('createSilence'),
    config: { scopes: ['deploy'] },
    schema: { body: NewSilence, response: { 201: ApiSilence } },
    handler: async (request, reply) => {
      const tenant = tenantOf(request, tenants)
      checkFits(tenant, request.body)
      const { app = null, output = null, key = {}, untilMs, note = null } = request.body
      const made = silences.create({ tenant, app, output, key, fromMs: log.now(), untilMs, by: callerOf(request).keyId, note })
      return reply.code(201).send(shown(made))
    },
  })
  http.route({
    ...at('deleteSilence'),
    config: { scopes: ['deploy'] },
    schema: { params, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      silences.end(tenantOf(request, tenants), request.params.silence, log.now())
      return reply.code(204).send(null)
    },
  })
}

/** Of an alert whose key has these columns; what is compared with an instant is one. */
function couldFit({ alert, instants }: AlertOutput, key: AlertKey): boolean {
  return Object.entries(key).every(([name, value]) => alert.key.includes(name) && (!instants.has(name) || value === null || !Number.isNaN(instantOf(value))))
}

function shown({ tenant: _, ...silence }: Silence): ApiSilence {
  return silence
}
