import { allows } from '../../access/allows.ts'
import type { Access, Caller, Scope } from '../../access/caller.ts'
import { ThisTurn } from './this-turn.ts'

/** Who connected: keys are asked for again and again, as they can be revoked. */
export interface Login {
  readonly tenant: string
  readonly secret: string
}

/** Who stands behind a login, by the key as it is now. */
export class Logins {
  readonly #access: Access
  readonly #callers = new ThisTurn<Caller | null>()

  constructor(access: Access) {
    this.#access = access
  }

  /** Who may do so for the tenant by this key; null: nobody, and nobody is told why. */
  caller({ tenant, secret }: Login, needed: readonly Scope[]): Caller | null {
    const caller = this.#callers.get(secret, () => this.#access.caller(secret))
    return caller !== null && caller.tenant === tenant && allows(caller, needed) ? caller : null
  }

  /** Why there is no such caller. For the audit: nobody else is told. */
  refusal({ tenant, secret }: Login): { readonly caller: Caller | null; readonly result: string } {
    const caller = this.#access.caller(secret)
    return { caller, result: caller === null ? 'KEY_REQUIRED' : caller.tenant === tenant ? 'KEY_SCOPE' : 'TENANT_UNKNOWN' }
  }
}
