import { createHash } from 'node:crypto'
import { MillraceError } from '@millrace/plan'
import type { FastifyRequest } from 'fastify'
import type { Idempotency, NamedRequest } from '../control/idempotency.ts'
import { secretOf, tenantHeader } from './authorize.ts'
import type { Http } from './http.ts'
import { readOnly } from './read-only.ts'

const header = 'idempotency-key'
/** In answers that were given before. */
export const replayedHeader = 'idempotency-replayed'
const form = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,128})"|([\w.:-]{1,128}))$/

/** Requests that change something and have an `Idempotency-Key` are done once, however often they are sent. */
export function answerOnce(http: Http, idempotency: Idempotency): void {
  const begun = new WeakMap<FastifyRequest, NamedRequest>()
  http.addHook('preHandler', async (request, reply) => {
    const named = namedRequest(request)
    if (named === null) return
    const before = idempotency.begin(named)
    if (before === null) {
      begun.set(request, named)
      return
    }
    reply.code(before.status).header(replayedHeader, 'true').type('application/json')
    if (before.etag !== null) reply.header('etag', before.etag)
    return reply.serializer(String).send(before.body)
  })
  http.addHook('onSend', async (request, reply, payload) => {
    const named = begun.get(request)
    begun.delete(request)
    if (named === undefined) return
    const body = payload ?? ''
    try {
      if (reply.statusCode < 400 && typeof body === 'string') {
        idempotency.end(named, { status: reply.statusCode, etag: (reply.getHeader('etag') as string | undefined) ?? null, body })
      } else idempotency.release(named)
    } catch (err) {
      // What was done is done; sent again, it is answered with IDEMPOTENCY_UNKNOWN.
      request.log.error({ requestId: request.id, err }, 'the answer to an idempotency key could not be kept')
    }
  })
}

/** Null: it has no idempotency key, or does not need one. Errors: IDEMPOTENCY_KEY. */
function namedRequest(request: FastifyRequest): NamedRequest | null {
  const { method, headers, caller, routeOptions, url, body } = request
  const key = headers[header]
  if (key === undefined || caller === null || readOnly.has(method) || request.is404) return null
  const { audit, changes } = routeOptions.config
  // A question in a body.
  if (audit === false && changes === false) return null
  if (audit === false) throw new MillraceError('IDEMPOTENCY_KEY', { reason: 'is not for this route: records have millrace-producer' })
  const [, quoted, plain] = form.exec(String(key)) ?? []
  const name = quoted ?? plain
  if (name === undefined) throw new MillraceError('IDEMPOTENCY_KEY', { reason: 'is not 1 to 128 letters, digits, _ . : - or, quoted, other characters' })
  const asked = JSON.stringify([method, url, headers[tenantHeader] ?? null, headers['if-match'] ?? null, body ?? null])
  return { keyId: caller.keyId, secret: secretOf(request), name, fingerprint: createHash('sha256').update(asked).digest() }
}
