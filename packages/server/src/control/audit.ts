import type { AuditEntry } from '@millrace/api/schemas'
import type { Control, Row } from './control.ts'
import { type Audited, CountedRefusals, type RefusalLimits } from './counted-refusals.ts'
import { defaultPageLimit, type Page, type PageRequest, pageOf } from './page.ts'

export interface AuditLimits {
  readonly keptMs: number
  /** Of a tenant, of those that were refused: whoever is refused again and again fills no disk, and drives out no change that was made. */
  readonly keptRefusals: number
  /** What is beyond is looked for after so many entries. */
  readonly lookEvery: number
  readonly refusals?: RefusalLimits
}

const defaultLimits: AuditLimits = { keptMs: 400 * 86_400_000, keptRefusals: 100_000, lookEvery: 1000 }

/** Who did what, when, from where, with what result; refusals that repeat are counted. */
export class Audit {
  private readonly control: Control
  private readonly limits: AuditLimits
  /** Since it was looked for what is beyond the limits, by tenant. */
  private readonly added = new Map<string | null, number>()
  private readonly refusals: CountedRefusals

  /** `failed`: refusals that were counted could not be written; they are counted on. */
  constructor(control: Control, failed: (error: unknown) => void, limits: AuditLimits = defaultLimits) {
    this.control = control
    this.limits = limits
    this.refusals = new CountedRefusals((entries) => this.writeAll(entries), failed, limits.refusals)
  }

  /** What was done is on the disk once this returns, and so is the first refusal of its kind within a minute. */
  add(entry: Omit<Audited, 'times'>): void {
    if (entry.result === 'ok') this.write({ ...entry, times: 1 })
    else this.refusals.add({ ...entry, times: 1 })
  }

  /** Forgets who did or tried what of a tenant, but for the operator. Called while the tenant's keys are still there, and again once they are not. */
  forgetTenant(tenant: string): void {
    this.refusals.forgetTenant(tenant)
    this.control.run('DELETE FROM audit WHERE tenant = ? AND (key_id IS NULL OR key_id IN (SELECT id FROM keys WHERE tenant = ?))', tenant, tenant)
  }

  /** Writes the refusals that are only counted so far. */
  flush(): void {
    this.refusals.flush()
  }

  private writeAll(entries: readonly Audited[]): void {
    this.control.transaction(() => {
      for (const entry of entries) this.write(entry)
    })
  }

  private write({ atMs, tenant, keyId, address, action, target, result, times }: Audited): void {
    this.control.run(
      'INSERT INTO audit (at_ms, tenant, key_id, address, action, target, result, times) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[atMs, tenant, keyId, address, action, target, result, times],
    )
    const added = (this.added.get(tenant) ?? 0) + 1
    this.added.set(tenant, added % this.limits.lookEvery)
    if (added === this.limits.lookEvery) this.forget(tenant, atMs)
  }

  private forget(tenant: string | null, nowMs: number): void {
    const { keptMs, keptRefusals } = this.limits
    this.control.run('DELETE FROM audit WHERE tenant IS ? AND at_ms < ?', tenant, nowMs - keptMs)
    this.control.run(
      `DELETE FROM audit WHERE tenant IS ? AND result <> 'ok' AND id <= (
  SELECT id FROM audit WHERE tenant IS ? AND result <> 'ok' ORDER BY id DESC LIMIT 1 OFFSET ?)`,
      ...[tenant, tenant, keptRefusals],
    )
  }

  /** The newest first. `tenant` null: of all. */
  list(tenant: string | null, page: PageRequest): Page<AuditEntry> {
    const before = /^\d{1,15}$/.test(page.after ?? '') ? Number(page.after) : Number.MAX_SAFE_INTEGER
    const limit = (page.limit ?? defaultPageLimit) + 1
    // In one statement SQLite would look through those of all.
    const rows =
      tenant === null
        ? this.control.all('SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?', before, limit)
        : this.control.all('SELECT * FROM audit WHERE tenant = ? AND id < ? ORDER BY id DESC LIMIT ?', tenant, before, limit)
    return pageOf(rows.map(entryOf), page, ({ id }) => String(id))
  }
}

function entryOf(row: Row): AuditEntry {
  return {
    id: row['id'] as number,
    atMs: row['at_ms'] as number,
    tenant: row['tenant'] as string | null,
    keyId: row['key_id'] as string | null,
    address: row['address'] as string | null,
    action: row['action'] as string,
    target: row['target'] as string,
    result: row['result'] as string,
    times: row['times'] as number,
  }
}
