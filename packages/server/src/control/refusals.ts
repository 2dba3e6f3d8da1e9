import type { FastifyBaseLogger } from 'fastify'
import type { Caller } from '../access/caller.ts'
import type { Keys } from '../access/keys.ts'
import type { Audit } from './audit.ts'
import type { Tenants } from './tenants.ts'

/** Somebody may not do, or bring, something. */
export interface Refusal {
  /** Known by a valid key, which is too narrow, or of another tenant; null: whose key is none. */
  readonly caller: Pick<Caller, 'keyId' | 'tenant'> | null
  /** What was sent as a key. */
  readonly secret?: string
  /** As it was named; it may not be there. */
  readonly tenant?: string
  readonly address: string | null
  readonly action: string
  readonly target: string
  /** Code of the error. */
  readonly result: string
}

export interface RefusalsContext {
  readonly audit: Audit
  readonly keys: Keys
  readonly tenants: Tenants
  readonly logger: FastifyBaseLogger
}

const mostTargetChars = 256

/** Brings refusals of gateways into the audit, and those of strangers: who it was is found out as far as it can be known. */
export class Refusals {
  private readonly context: RefusalsContext

  constructor(context: RefusalsContext) {
    this.context = context
  }

  /** Never throws: it stays a refusal where the audit cannot be written. */
  add({ caller, secret = '', tenant = '', address, action, target, result }: Refusal): void {
    const { audit, keys, tenants, logger } = this.context
    try {
      const who = caller ?? keys.ended(secret) ?? { keyId: null, tenant: tenants.find(tenant) === null ? null : tenant }
      audit.add({ atMs: Date.now(), tenant: who.tenant, keyId: who.keyId, address, action, target: target.slice(0, mostTargetChars), result })
    } catch (err) {
      logger.error({ err, action, result }, 'a refusal could not be written to the audit')
    }
  }
}
