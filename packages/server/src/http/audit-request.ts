import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../access/caller.ts'
import type { Audit } from '../control/audit.ts'
import type { Refusals } from '../control/refusals.ts'
import { operationAt } from './at.ts'
import { secretOf, tenantHeader } from './authorize.ts'
import { replayedHeader } from './idempotent-requests.ts'
import { readOnly } from './read-only.ts'

/**
 * Keeps who changed what, or tried to, and whose key was refused, whatever it was for, before the answer leaves.
 * What cannot be kept stands in the server's log, and changes no answer: what was done is done.
 */
export function auditRequest(audit: Audit, refusals: Refusals, request: FastifyRequest, reply: FastifyReply): void {
  const { caller, method, routeOptions, failure, ip } = request
  if (caller === null && failure === 'KEY_REQUIRED')
    refusals.add({ caller, secret: secretOf(request), address: ip, action: actionOf(request), target: targetOf(request), result: failure })
  const { audit: isAudited = !readOnly.has(method) } = routeOptions.config
  // What was answered again was not done again.
  if (caller === null || !(isAudited || failure === 'KEY_SCOPE') || reply.hasHeader(replayedHeader)) return
  addEntry(audit, caller, request, reply)
}

function addEntry(audit: Audit, caller: Caller, request: FastifyRequest, reply: FastifyReply): void {
  const { headers, ip, failure } = request
  const named = headers[tenantHeader]
  const parameters = request.params as { readonly tenant?: string } | null
  const entry = {
    atMs: Date.now(),
    tenant: caller.tenant ?? parameters?.tenant ?? (typeof named === 'string' ? named.slice(0, 128) : null),
    keyId: caller.keyId,
    address: ip,
    action: actionOf(request),
    target: targetOf(request),
    result: failure ?? (reply.statusCode < 400 ? 'ok' : String(reply.statusCode)),
  }
  try {
    audit.add(entry)
  } catch (err) {
    request.log.error({ requestId: request.id, entry, err }, 'not audited')
  }
}

function actionOf({ method, routeOptions: { url = '' } }: FastifyRequest): string {
  return operationAt(method, url) ?? `${method} ${url}`
}

function targetOf({ url }: FastifyRequest): string {
  return (url.split('?')[0] ?? '').replace(/^\/v1\//, '').slice(0, 256)
}
