import type { Quotas, Tenant } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import type { Settings } from '../settings/settings.ts'
import type { Control, Row } from './control.ts'
import { defaultPageLimit, type Page, type PageRequest, pageOf } from './page.ts'

/** Tenants and what they may use. */
export class Tenants {
  private readonly control: Control
  private readonly defaults: Quotas
  /** Asked for with every body of records. */
  private readonly quotas = new Map<string, Quotas>()

  constructor(control: Control, settings: Settings) {
    this.control = control
    this.defaults = defaultQuotas(settings)
  }

  /** Errors: TENANT_EXISTS. */
  create(name: string, quotas: Partial<Quotas> = {}, createdMs = Date.now()): Tenant {
    if (this.find(name) !== null) throw new MillraceError('TENANT_EXISTS', { tenant: name })
    this.control.run('INSERT INTO tenants VALUES (?, ?, ?)', name, createdMs, JSON.stringify(quotas))
    return this.get(name)
  }

  find(name: string): Tenant | null {
    const row = this.control.one('SELECT * FROM tenants WHERE name = ?', name)
    return row === null ? null : this.tenantOf(row)
  }

  /** Errors: TENANT_UNKNOWN. */
  get(name: string): Tenant {
    const found = this.find(name)
    if (found === null) throw new MillraceError('TENANT_UNKNOWN', { tenant: name })
    return found
  }

  /** Errors: TENANT_UNKNOWN. */
  quotasOf(name: string): Quotas {
    const known = this.quotas.get(name) ?? this.get(name).quotas
    this.quotas.set(name, known)
    return known
  }

  list(page: PageRequest): Page<Tenant> {
    const rows = this.control.all('SELECT * FROM tenants WHERE name > ? ORDER BY name LIMIT ?', page.after ?? '', (page.limit ?? defaultPageLimit) + 1)
    return pageOf(
      rows.map((row) => this.tenantOf(row)),
      page,
      ({ name }) => name,
    )
  }

  /** Quotas that are absent stay. Errors: TENANT_UNKNOWN. */
  change(name: string, quotas: Partial<Quotas>): Tenant {
    const kept = JSON.stringify({ ...this.get(name).quotas, ...quotas })
    this.control.run('UPDATE tenants SET quotas = ? WHERE name = ?', kept, name)
    this.quotas.delete(name)
    return this.get(name)
  }

  /** Forgets the tenant, its keys, streams and apps; what was audited stays. */
  delete(name: string): void {
    this.control.run('DELETE FROM tenants WHERE name = ?', name)
    this.quotas.delete(name)
  }

  private tenantOf(row: Row): Tenant {
    const quotas = JSON.parse(row['quotas'] as string) as Partial<Quotas>
    return { name: row['name'] as string, createdMs: row['created_ms'] as number, quotas: { ...this.defaults, ...quotas } }
  }
}

function defaultQuotas(settings: Settings): Quotas {
  return {
    recordsPerSecond: settings.quotaRecordsPerSecond,
    storageBytes: settings.quotaStorageBytes,
    stateBytes: settings.quotaStateBytes,
    keys: settings.quotaKeys,
    apps: settings.quotaApps,
    streams: settings.quotaStreams,
    querySeconds: settings.querySeconds,
    querySecondsPerHour: settings.quotaQuerySecondsPerHour,
  }
}
