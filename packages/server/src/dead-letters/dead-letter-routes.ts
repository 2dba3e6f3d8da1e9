import { Type } from '@fastify/type-provider-typebox'
import { DeadLetterReplay, DeadLetterTotals, DeadLetterTotalsQuery, ReplayDeadLetters } from '@millrace/api/schemas'
import { limits } from '@millrace/plan'
import { at } from '../http/at.ts'
import { tenantOf } from '../http/authorize.ts'
import type { Ground } from '../platform-ground.ts'
import type { LetterTotals } from './letter-totals.ts'
import { replay } from './replay.ts'

const params = Type.Object({ stream: Type.String({ maxLength: limits.nameLength }) })
const defaultKeys = 100

/** What became of records that did not fit; they themselves are records out. */
export function addDeadLetterRoutes({ http, tenants, streams, deadLetters, log, intake }: Ground): void {
  http.route({
    ...at('deadLetterTotals'),
    config: { scopes: ['read', 'deploy'] },
    schema: { params, querystring: DeadLetterTotalsQuery, response: { 200: DeadLetterTotals } },
    handler: async (request) => {
      const { tenant, name } = streams.get(tenantOf(request, tenants), request.params.stream)
      return shown(await deadLetters.totals(tenant, name), request.query.keys ?? defaultKeys)
    },
  })
  http.route({
    ...at('replayDeadLetters'),
    config: { scopes: ['deploy'] },
    schema: { params, body: Type.Union([ReplayDeadLetters, Type.Null()]), response: { 200: DeadLetterReplay } },
    handler: async (request) => {
      const { tenant, name } = streams.get(tenantOf(request, tenants), request.params.stream)
      return deadLetters.alone(tenant, name, () => replay({ log, intake }, streams.get(tenant, name), request.body ?? {}))
    },
  })
}

/** The keys with most letters first. */
function shown({ byKey, ...totals }: LetterTotals, keys: number): DeadLetterTotals {
  const most = Object.entries(byKey).sort(([, a], [, b]) => b - a)
  return { ...totals, keys: most.length, byKey: most.slice(0, keys).map(([key, letters]) => ({ key, letters })) }
}
