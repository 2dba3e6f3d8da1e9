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

interface GoodKey {
  readonly caller: Caller
  readonly expiresMs: number | null
}

const defaultGraceMs = 86_400_000
const mostGood = 10_000
const askEveryMs = 20
/** Of a tenant, that are good; of those that ended the newest are known, as many again. */
const mostKeys = 100_000
const keyForm = /^mrk_([0-9a-f]{16})_[\w-]{43}$/

/** API keys, `mrk_<id>_<secret>`: of each only a keyed hash is kept. */
export class Keys implements Access {
  private readonly control: Control
  private readonly secret: Buffer
  private readonly clock: () => number
  private readonly most: number
  /** When keys were last used, by id, not yet written. */
  private readonly used = new Map<string, number>()
  private readonly listeners = new Set<(id: string) => void>()
  /** By secret, of keys that were found good; all are looked up anew once any key has changed. */
  private readonly good = new Map<string, GoodKey>()
  /** Of the database, as others left it. */
  private version = 0
  private asked = false

  constructor(control: Control, secret: Buffer, clock: () => number = Date.now, most = mostKeys) {
    this.control = control
    this.secret = secret
    this.clock = clock
    this.most = most
  }

  /** Errors: KEY_DEVICE_SCOPE, TENANT_QUOTA. */
  create({ tenant, label = '', scopes, device, expiresMs }: KeyRequest): CreatedKey {
    if (device !== undefined && scopes.some((scope) => scope !== 'ingest')) throw new MillraceError('KEY_DEVICE_SCOPE')
    this.checkRoom(tenant)
    const id = randomBytes(8).toString('hex')
    const secret = `mrk_${id}_${randomBytes(32).toString('base64url')}`
    this.control.run(
      'INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)',
      ...[id, tenant, label, scopes.join(' '), device ?? null, this.hash(secret), this.clock(), expiresMs ?? null],
    )
    return { ...(this.find(tenant, id) as Key), secret }
  }

  caller(secret: string): Caller | null {
    this.forgetWhereChanged()
    const known = this.good.get(secret) ?? this.check(secret)
    const now = this.clock()
    if (known === null || (known.expiresMs !== null && now >= known.expiresMs)) return null
    this.used.set(known.caller.keyId, now)
    return known.caller
  }

  /** Whose key it was that was revoked, or is past its time; null: it never was one. For the audit: nobody else is told. */
  ended(secret: string): Pick<Caller, 'keyId' | 'tenant'> | null {
    const row = this.rowOf(secret)
    return row === null ? null : { keyId: row['id'] as string, tenant: row['tenant'] as string | null }
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
    this.get(tenant, id)
    this.control.run('UPDATE keys SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL', this.clock(), id)
    this.tellEnded(id)
  }

  /** Another key in the place of this one, which ends after the grace time, or sooner if it would have. Errors: KEY_UNKNOWN, KEY_ENDED. */
  rotate(tenant: string | null, id: string, graceMs = defaultGraceMs): CreatedKey {
    const { label, scopes, device, expiresMs, revokedMs } = this.get(tenant, id)
    const now = this.clock()
    if (revokedMs !== null || (expiresMs !== null && expiresMs <= now)) throw new MillraceError('KEY_ENDED', { key: id })
    const made = this.control.transaction(() => {
      if (graceMs === 0) this.control.run('UPDATE keys SET revoked_ms = ? WHERE id = ?', now, id)
      else this.control.run('UPDATE keys SET expires_ms = ? WHERE id = ?', Math.min(expiresMs ?? Number.MAX_SAFE_INTEGER, now + graceMs), id)
      return this.create({ tenant, label, scopes, device: device ?? undefined, expiresMs: expiresMs ?? undefined })
    })
    this.good.clear()
    if (graceMs === 0) this.tellEnded(id)
    return made
  }

  /** All of a tenant, or of the operator, are refused from now on. */
  revokeAll(tenant: string | null): void {
    const rows = this.control.all('SELECT id FROM keys WHERE tenant IS ? AND revoked_ms IS NULL', tenant)
    for (const { id } of rows) this.revoke(tenant, id as string)
  }

  /** Deletes a tenant's keys; connections that were opened with them end. */
  deleteAll(tenant: string): void {
    const rows = this.control.all('SELECT id FROM keys WHERE tenant = ?', tenant)
    this.control.run('DELETE FROM keys WHERE tenant = ?', tenant)
    for (const { id } of rows) this.tellEnded(id as string)
  }

  /** `ended` is called with the id of every key that is refused from now on; connections that stay open are to be closed. Answers how to stop it. */
  onEnded(ended: (id: string) => void): () => void {
    this.listeners.add(ended)
    return () => this.listeners.delete(ended)
  }

  /** Writes when keys were last used; what cannot be written is with the next time. Errors: SERVER_DISK_FULL. */
  writeUsed(): void {
    const { used } = this
    if (used.size === 0) return
    this.control.transaction(() => {
      for (const [id, atMs] of used) this.control.run('UPDATE keys SET last_used_ms = ? WHERE id = ?', atMs, id)
    })
    used.clear()
  }

  /** Another process (`millrace serve --new-operator-key`) may have changed keys: that is asked every 20 ms at most. */
  private forgetWhereChanged(): void {
    if (this.asked) return
    this.asked = true
    setTimeout(() => {
      this.asked = false
    }, askEveryMs).unref()
    const version = Number(this.control.one('PRAGMA data_version')?.['data_version'])
    if (version !== this.version) this.good.clear()
    this.version = version
  }

  /** Null: it is none, or not any more. */
  private check(secret: string): GoodKey | null {
    const row = this.rowOf(secret)
    if (row === null || !isValid(row, this.clock())) return null
    const caller = {
      keyId: row['id'] as string,
      tenant: row['tenant'] as string | null,
      scopes: new Set(scopesOf(row)),
      device: row['device'] as string | null,
    }
    const known = { caller, expiresMs: row['expires_ms'] as number | null }
    if (this.good.size >= mostGood) this.good.clear()
    this.good.set(secret, known)
    return known
  }

  private checkRoom(tenant: string | null): void {
    const count = (sql: string, ...values: readonly number[]): number => Number(this.control.one(sql, tenant, ...values)?.['count'])
    if (count('SELECT count(*) AS count FROM keys WHERE tenant IS ?') < this.most) return
    const good = 'revoked_ms IS NULL AND (expires_ms IS NULL OR expires_ms > ?)'
    const now = this.clock()
    if (count(`SELECT count(*) AS count FROM keys WHERE tenant IS ? AND ${good}`, now) >= this.most)
      throw new MillraceError('TENANT_QUOTA', { limit: this.most, what: 'keys' })
    const newest = `SELECT id FROM keys WHERE tenant IS ? AND NOT (${good}) ORDER BY created_ms DESC, id DESC LIMIT ?`
    this.control.run(`DELETE FROM keys WHERE tenant IS ? AND NOT (${good}) AND id NOT IN (${newest})`, tenant, now, tenant, now, this.most)
  }

  private get(tenant: string | null, id: string): Key {
    const found = this.find(tenant, id)
    if (found === null) throw new MillraceError('KEY_UNKNOWN', { key: id })
    return found
  }

  /** Of a key that was given, valid or not. */
  private rowOf(secret: string): Row | null {
    const id = keyForm.exec(secret)?.[1]
    const row = id === undefined ? null : this.control.one('SELECT * FROM keys WHERE id = ?', id)
    const hash = this.hash(secret)
    // Compared where there is nothing to compare with, too: the time of the answer tells nothing.
    const matches = timingSafeEqual(hash, row === null ? hash : (row['hash'] as Uint8Array))
    return matches ? row : null
  }

  private tellEnded(id: string): void {
    this.good.clear()
    this.used.delete(id)
    for (const ended of this.listeners) ended(id)
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
