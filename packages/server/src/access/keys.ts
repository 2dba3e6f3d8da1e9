import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { CreatedKey, Key } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import type { Control, Row } from '../control/control.ts'
import { defaultPageLimit, type Page, type PageRequest, pageOf } from '../control/page.ts'
import type { Access, Caller, Scope } from './caller.ts'

export interface KeyRequest {
  /** Null: the operator's. */
  readonly tenant: string | null
  readonly label?: string
  readonly scopes: readonly Scope[]
  readonly device?: string
  readonly expiresMs?: number
}

const keyForm = /^mrk_([0-9a-f]{16})_[\w-]{43}$/

/** API keys, `mrk_<id>_<secret>`: of each only a keyed hash is kept. */
export class Keys implements Access {
  private readonly control: Control
  private readonly secret: Buffer
  private readonly clock: () => number
  /** When keys were last used, by id, not yet written. */
  private readonly used = new Map<string, number>()

  constructor(control: Control, secret: Buffer, clock: () => number = Date.now) {
    this.control = control
    this.secret = secret
    this.clock = clock
  }

  /** Errors: KEY_DEVICE_SCOPE. */
  create({ tenant, label = '', scopes, device, expiresMs }: KeyRequest): CreatedKey {
    if (device !== undefined && scopes.some((scope) => scope !== 'ingest')) throw new MillraceError('KEY_DEVICE_SCOPE')
    const id = randomBytes(8).toString('hex')
    const secret = `mrk_${id}_${randomBytes(32).toString('base64url')}`
    this.control.run(
      'INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)',
      ...[id, tenant, label, scopes.join(' '), device ?? null, this.hash(secret), this.clock(), expiresMs ?? null],
    )
    return { ...(this.find(tenant, id) as Key), secret }
  }

  caller(secret: string): Caller | null {
    const id = keyForm.exec(secret)?.[1]
    const row = id === undefined ? null : this.control.one('SELECT * FROM keys WHERE id = ?', id)
    const hash = this.hash(secret)
    // Compared where there is nothing to compare with, too: the time of the answer tells nothing.
    const matches = timingSafeEqual(hash, row === null ? hash : (row['hash'] as Uint8Array))
    if (row === null || !matches || !isValid(row, this.clock())) return null
    this.used.set(row['id'] as string, this.clock())
    return { keyId: row['id'] as string, tenant: row['tenant'] as string | null, scopes: new Set(scopesOf(row)), device: row['device'] as string | null }
  }

  get count(): number {
    return Number(this.control.one('SELECT count(*) AS count FROM keys')?.['count'])
  }

  find(tenant: string | null, id: string): Key | null {
    const row = this.control.one('SELECT * FROM keys WHERE id = ? AND tenant IS ?', id, tenant)
    return row === null ? null : this.keyOf(row)
  }

  /** The oldest first; `tenant` null: the operator's own. */
  list(tenant: string | null, page: PageRequest): Page<Key> {
    const [createdMs = '0', id = ''] = (page.after ?? '0-').split('-')
    const rows = this.control.all(
      'SELECT * FROM keys WHERE tenant IS ? AND (created_ms, id) > (?, ?) ORDER BY created_ms, id LIMIT ?',
      ...[tenant, Number(createdMs) || 0, id, (page.limit ?? defaultPageLimit) + 1],
    )
    return pageOf(
      rows.map((row) => this.keyOf(row)),
      page,
      (key) => `${key.createdMs}-${key.id}`,
    )
  }

  /** It is refused from now on. Errors: KEY_UNKNOWN. */
  revoke(tenant: string | null, id: string): void {
    if (this.find(tenant, id) === null) throw new MillraceError('KEY_UNKNOWN', { key: id })
    this.control.run('UPDATE keys SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL', this.clock(), id)
  }

  /** Writes when keys were last used. */
  writeUsed(): void {
    const used = [...this.used]
    this.used.clear()
    if (used.length === 0) return
    this.control.transaction(() => {
      for (const [id, atMs] of used) this.control.run('UPDATE keys SET last_used_ms = ? WHERE id = ?', atMs, id)
    })
  }

  private hash(secret: string): Buffer {
    return createHmac('sha256', this.secret).update(secret).digest()
  }

  private keyOf(row: Row): Key {
    return {
      id: row['id'] as string,
      label: row['label'] as string,
      scopes: scopesOf(row),
      device: row['device'] as string | null,
      createdMs: row['created_ms'] as number,
      expiresMs: row['expires_ms'] as number | null,
      lastUsedMs: this.used.get(row['id'] as string) ?? (row['last_used_ms'] as number | null),
      revokedMs: row['revoked_ms'] as number | null,
    }
  }
}

function scopesOf(row: Row): readonly Scope[] {
  return (row['scopes'] as string).split(' ') as readonly Scope[]
}

function isValid(row: Row, nowMs: number): boolean {
  const expiresMs = row['expires_ms'] as number | null
  return row['revoked_ms'] === null && (expiresMs === null || nowMs < expiresMs)
}
