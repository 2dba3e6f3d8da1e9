import { Health, Readiness } from '@millrace/api/schemas'
import type { Ground } from '../platform-ground.ts'
import { at } from './at.ts'

/** Whether the process works, and whether it takes work. */
export function addHealthRoutes({ http, isReady, isFailing }: Ground): void {
  const began = performance.now()
  const config = { scopes: 'public' as const }
  http.route({
    ...at('health'),
    config,
    schema: { response: { 200: Health, 503: Health } },
    handler: async (_request, reply) => {
      const failing = isFailing()
      return reply.code(failing ? 503 : 200).send({ state: failing ? 'failing' : 'ok', version: '0.1.0', uptimeMs: performance.now() - began })
    },
  })
  http.route({
    ...at('ready'),
    config,
    schema: { response: { 200: Readiness, 503: Readiness } },
    handler: async (_request, reply) => reply.code(isReady() ? 200 : 503).send({ ready: isReady() }),
  })
}
