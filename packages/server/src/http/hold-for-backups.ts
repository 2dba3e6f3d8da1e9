import type { FastifyRequest } from 'fastify'
import type { Changes } from '../backup/changes.ts'
import type { Http } from './http.ts'
import { readOnly } from './read-only.ts'

/** Requests that change something wait while a backup is made, and it waits for those under way. Records in are no such change. */
export function holdForBackups(http: Http, changes: Changes): void {
  const underWay = new WeakMap<FastifyRequest, () => void>()
  http.addHook('preHandler', async (request) => {
    const { config } = request.routeOptions
    if (readOnly.has(request.method) || request.is404 || config.changes === false || config.audit === false) return
    underWay.set(request, await changes.begin())
  })
  // Answered, whether somebody still listens or not: a connection that is cut does not end what it asked for.
  http.addHook('onSend', async (request) => underWay.get(request)?.())
}
