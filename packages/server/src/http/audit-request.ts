import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Audit } from '../control/audit.ts'
import { operationAt } from './at.ts'
import { tenantHeader } from './authorize.ts'
import { replayedHeader } from './idempotent-requests.ts'
import { readOnly } from './read-only.ts'

/**
 * Keeps who changed what, or tried to, before the answer leaves. What strangers send without a valid key is not kept: it could fill the disk.
 * What cannot be kept stands in the server's log, and changes no answer: what was done is done.
 */
export function auditRequest(audit: Audit, request: FastifyRequest, reply: FastifyReply): void {
  const { caller, method, routeOptions, headers, ip, failure } = request
  const { audit: isAudited = !readOnly.has(method) } = routeOptions.config
  // What was answered again was not done again.
  if (caller === null || !isAudited || reply.hasHeader(replayedHeader)) return
  const url = routeOptions.url ?? ''
  const named = headers[tenantHeader]
  const parameters = request.params as { readonly tenant?: string } | null
  const entry = {
    atMs: Date.now(),
    tenant: caller.tenant ?? parameters?.tenant ?? (typeof named === 'string' ? named.slice(0, 128) : null),
    keyId: caller.keyId,
    address: ip,
    action: operationAt(method, url) ?? `${method} ${url}`,
    target: (request.url.split('?')[0] ?? '').replace(/^\/v1\//, '').slice(0, 256),
    result: failure ?? (reply.statusCode < 400 ? 'ok' : String(reply.statusCode)),
  }
  try {
    audit.add(entry)
  } catch (err) {
    request.log.error({ requestId: request.id, entry, err }, 'not audited')
  }
}
