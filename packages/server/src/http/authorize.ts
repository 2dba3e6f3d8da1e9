import { MillraceError } from '@millrace/plan'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { allows } from '../access/allows.ts'
import type { Access, Caller } from '../access/caller.ts'
import type { Tenants } from '../control/tenants.ts'
import type { TokenBuckets } from './token-buckets.ts'

/** The tenant whose things the operator asks for; a tenant's own key needs no such header. */
export const tenantHeader = 'millrace-tenant'

/**
 * Lets a request through or throws: KEY_REQUIRED, KEY_SCOPE, RATE_LIMITED, TENANT_UNKNOWN. It looks at the key and the route only, never at what
 * is asked for, so the answer tells nothing of what others have.
 */
export function authorize(request: FastifyRequest, reply: FastifyReply, access: Access, buckets: TokenBuckets, perSecond: number): void {
  const { scopes = [], limited = true } = request.routeOptions.config
  if (scopes === 'public') return
  const caller = access.caller(secretOf(request))
  if (caller === null || limited) takeToken(caller === null ? `address ${request.ip}` : caller.keyId, buckets, perSecond)
  if (caller === null) {
    reply.header('www-authenticate', 'Bearer realm="millrace"')
    throw new MillraceError('KEY_REQUIRED')
  }
  request.caller = caller
  if (!allows(caller, scopes)) throw new MillraceError('KEY_SCOPE', { needed: scopes.join(' or ') })
  checkNamed(caller, request)
}

/** Nothing is done for a tenant's key that names another tenant, whether there is one or not. */
function checkNamed({ tenant }: Caller, { headers }: FastifyRequest): void {
  const named = headers[tenantHeader]
  if (tenant !== null && named !== undefined && named !== tenant) throw new MillraceError('TENANT_UNKNOWN', { tenant: String(named) })
}

/** Who asks, on a route that is not public. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new MillraceError('KEY_REQUIRED')
  return caller
}

/** Whose things are asked for: the key's, or those the operator names. Errors: TENANT_MISSING, TENANT_UNKNOWN. */
export function tenantOf(request: FastifyRequest, tenants: Tenants): string {
  const { tenant } = callerOf(request)
  if (tenant !== null) return tenant
  const named = request.headers[tenantHeader]
  if (typeof named !== 'string') throw new MillraceError('TENANT_MISSING')
  return tenants.get(named).name
}

/** What is sent as the secret of a key. */
export function secretOf({ headers }: FastifyRequest): string {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

function takeToken(name: string, buckets: TokenBuckets, perSecond: number): void {
  const waitMs = buckets.take(name, Date.now())
  if (waitMs === 0) return
  throw new MillraceError('RATE_LIMITED', { perSecond, retryAfterSeconds: Math.ceil(waitMs / 1000) })
}
