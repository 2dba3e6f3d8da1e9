import type { AuditEntry } from '@millrace/api/schemas'

/** As it comes to the audit, before it has a number. */
export type Audited = Omit<AuditEntry, 'id'>

export interface RefusalLimits {
  /** Refusals of one kind are told apart from the first on only so often. */
  readonly withinMs: number
  /** Kinds that are told apart meanwhile, of a tenant's keys, and of all who have none: those beyond are counted without who it was. */
  readonly kinds: number
}

const defaultLimits: RefusalLimits = { withinMs: 60_000, kinds: 100 }

/**
 * Refusals on their way into the audit: the first of a kind is written at once; those that follow within a minute are one entry at its end, with
 * their number. So a flood of wrong keys costs a few entries a minute, and hides nobody else's.
 */
export class CountedRefusals {
  private readonly write: (entries: readonly Audited[]) => void
  private readonly failed: (error: unknown) => void
  private readonly limits: RefusalLimits
  /** The last of each kind since the minute began, with how many of them are not written yet. */
  private readonly kinds = new Map<string, Audited>()
  private readonly kindsOf = new Map<string, number>()
  private timer: NodeJS.Timeout | null = null

  /** `failed`: what was counted could not be written; it is counted on. */
  constructor(write: (entries: readonly Audited[]) => void, failed: (error: unknown) => void, limits: RefusalLimits = defaultLimits) {
    this.write = write
    this.failed = failed
    this.limits = limits
  }

  add(entry: Audited): void {
    const kind = kindOf(entry)
    const known = this.kinds.get(kind)
    if (known !== undefined) this.kinds.set(kind, { ...entry, times: known.times + entry.times })
    else if (this.hasRoom(entry)) this.addFirst(kind, entry)
    else this.addAmongMany(entry)
    this.timer ??= setTimeout(() => this.flush(), this.limits.withinMs).unref()
  }

  /** Writes what is counted; a new minute begins. What cannot be written is counted on. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    const counted = [...this.kinds.values()].filter(({ times }) => times > 0)
    try {
      if (counted.length > 0) this.write(counted)
    } catch (error) {
      this.failed(error)
      return
    }
    this.kinds.clear()
    this.kindsOf.clear()
  }

  /** What is counted of a tenant is not written any more. */
  forgetTenant(name: string): void {
    for (const [kind, { tenant }] of this.kinds) if (tenant === name) this.kinds.delete(kind)
  }

  private addFirst(kind: string, entry: Audited): void {
    this.write([entry])
    this.kinds.set(kind, { ...entry, times: 0 })
  }

  private addAmongMany(entry: Audited): void {
    const ofMany = { ...entry, keyId: null, address: null, target: '' }
    const kind = kindOf(ofMany)
    this.kinds.set(kind, { ...ofMany, times: (this.kinds.get(kind)?.times ?? 0) + entry.times })
  }

  private hasRoom(entry: Audited): boolean {
    const who = isStranger(entry) ? 'strangers' : `tenant ${entry.tenant}`
    const kinds = (this.kindsOf.get(who) ?? 0) + 1
    if (kinds > this.limits.kinds) return false
    this.kindsOf.set(who, kinds)
    return true
  }
}

/** Somebody outside whose key is none. */
function isStranger({ keyId, address }: Audited): boolean {
  return keyId === null && address !== null
}

/** What strangers ask for is made up: who tries many names is one kind all the same. */
function kindOf(entry: Audited): string {
  const { tenant, keyId, address, action, target, result } = entry
  return JSON.stringify([tenant, keyId, address, action, result, isStranger(entry) ? null : target])
}
