import { at } from '../http/at.ts'
import type { OpenPart } from '../platform-ground.ts'
import { Metrics } from './metrics.ts'

/** `GET /metrics` for the operator. */
export const openMetrics: OpenPart = async ({ http, log, jobs }) => {
  const metrics = new Metrics({ log, jobs })
  http.route({
    ...at('metrics'),
    config: { scopes: ['operator'] },
    schema: { description: "The server's figures in Prometheus' text format" },
    handler: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  })
  return { close: () => metrics.close() }
}
