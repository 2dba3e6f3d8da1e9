import type { AuditEntry } from '@millrace/api/schemas'
import type { Control, Row } from './control.ts'
import { defaultPageLimit, type Page, type PageRequest, pageOf } from './page.ts'

/** Who did what, when, from where, with what result. */
export class Audit {
  private readonly control: Control

  constructor(control: Control) {
    this.control = control
  }

  add({ atMs, tenant, keyId, address, action, target, result }: Omit<AuditEntry, 'id'>): void {
    this.control.run(
      'INSERT INTO audit (at_ms, tenant, key_id, address, action, target, result) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[atMs, tenant, keyId, address, action, target, result],
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
