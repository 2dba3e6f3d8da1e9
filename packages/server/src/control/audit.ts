import type { AuditEntry } from '@millrace/api/schemas'
import type { Control, Row } from './control.ts'
import { defaultPageLimit, type Page, type PageRequest, pageOf } from './page.ts'

export interface AuditLimits {
  readonly keptMs: number
  /** Of a tenant, of those that were refused: whoever is refused again and again fills no disk, and drives out no change that was made. */
  readonly keptRefusals: number
  /** What is beyond is looked for after so many entries. */
  readonly lookEvery: number
}

const defaultLimits: AuditLimits = { keptMs: 400 * 86_400_000, keptRefusals: 100_000, lookEvery: 1000 }

/** Who did what, when, from where, with what result. */
export class Audit {
  private readonly control: Control
  private readonly limits: AuditLimits
  /** Since it was looked for what is beyond the limits, by tenant. */
  private readonly added = new Map<string | null, number>()

  constructor(control: Control, limits: AuditLimits = defaultLimits) {
    this.control = control
    this.limits = limits
  }

  add({ atMs, tenant, keyId, address, action, target, result }: Omit<AuditEntry, 'id'>): void {
    this.control.run(
      'INSERT INTO audit (at_ms, tenant, key_id, address, action, target, result) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[atMs, tenant, keyId, address, action, target, result],
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
    const rows = this.control.all('SELECT * FROM audit WHERE id < ? AND (? IS NULL OR tenant = ?) ORDER BY id DESC LIMIT ?', before, tenant, tenant, limit)
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
  }
}
