import { createHash, timingSafeEqual } from 'node:crypto'
import { Type } from '@fastify/type-provider-typebox'
import { MillraceError } from '@millrace/plan'
import type { FastifyRequest } from 'fastify'
import { allows } from '../access/allows.ts'
import { at } from '../http/at.ts'
import type { Ground } from '../platform-ground.ts'

/** `GET /metrics`: for the operator, and for who has the token of the settings, which gives nothing else. */
export function addMetricsRoute({ http, metrics, keys, settings: { metricsToken } }: Ground): void {
  const mayRead = (request: FastifyRequest): boolean => {
    const secret = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (metricsToken !== null && same(secret, metricsToken)) return true
    const caller = keys.caller(secret)
    return caller !== null && allows(caller, ['operator'])
  }
  http.route({
    ...at('metrics'),
    // A token is no key: where there is one, the route looks itself who asks.
    config: { scopes: metricsToken === null ? ['operator'] : 'public' },
    schema: {
      summary: "The server's figures",
      description: "In Prometheus' text format 0.0.4; docs/metrics.md lists them",
      response: { 200: { description: 'Figures by tenant, stream and app', content: { 'text/plain': { schema: Type.String() } } } },
    },
    handler: async (request, reply) => {
      if (!mayRead(request)) throw new MillraceError('KEY_REQUIRED')
      return reply.type(metrics.contentType).send(await metrics.text())
    },
  })
}

/** Takes as long for a near miss as for a far one. */
function same(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
