import type { AppVersion } from '@millrace/api/schemas'
import { MillraceError, type Plan } from '@millrace/plan'
import type { Control, Row } from '../control/control.ts'
import { defaultPageLimit, type Page, type PageRequest, pageOf } from '../control/page.ts'

/** Why there is a version. */
export type VersionOrigin = Pick<AppVersion, 'cause' | 'rolledBackTo'>

export const deployed: VersionOrigin = { cause: 'deployed', rolledBackTo: null }

/** A version with its plan. */
export interface KeptVersion extends AppVersion {
  readonly plan: Plan
}

/** Older ones are forgotten. */
const mostVersions = 100

/** Versions of apps, of which the newest is what runs. */
export class AppVersions {
  private readonly control: Control

  constructor(control: Control) {
    this.control = control
  }

  /** Within the transaction that makes it the app's newest. */
  add(tenant: string, app: string, { version, plan, planHash, params, deployedMs, cause, rolledBackTo }: KeptVersion): void {
    this.control.run(
      'INSERT INTO app_versions (tenant, app, version, plan, plan_hash, params, deployed_ms, cause, rolled_back_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[tenant, app, version, JSON.stringify(plan), planHash, JSON.stringify(params), deployedMs, cause, rolledBackTo],
    )
    this.control.run('DELETE FROM app_versions WHERE tenant = ? AND app = ? AND version <= ?', tenant, app, version - mostVersions)
  }

  /** Errors: APP_VERSION_UNKNOWN. */
  get(tenant: string, app: string, version: number): KeptVersion {
    const row = this.control.one('SELECT * FROM app_versions WHERE tenant = ? AND app = ? AND version = ?', tenant, app, version)
    if (row === null) throw new MillraceError('APP_VERSION_UNKNOWN', { app, version })
    return { ...versionOf(row), plan: JSON.parse(row['plan'] as string) as Plan }
  }

  /** The newest first. */
  list(tenant: string, app: string, page: PageRequest): Page<AppVersion> {
    const before = /^\d{1,15}$/.test(page.after ?? '') ? Number(page.after) : Number.MAX_SAFE_INTEGER
    const columns = 'version, plan_hash, params, deployed_ms, cause, rolled_back_to'
    const limit = (page.limit ?? defaultPageLimit) + 1
    const wanted = `SELECT ${columns} FROM app_versions WHERE tenant = ? AND app = ? AND version < ? ORDER BY version DESC LIMIT ?`
    return pageOf(this.control.all(wanted, tenant, app, before, limit).map(versionOf), page, ({ version }) => String(version))
  }
}

function versionOf(row: Row): AppVersion {
  return {
    version: row['version'] as number,
    deployedMs: row['deployed_ms'] as number,
    cause: row['cause'] as AppVersion['cause'],
    rolledBackTo: row['rolled_back_to'] as number | null,
    planHash: row['plan_hash'] as string,
    params: JSON.parse(row['params'] as string) as AppVersion['params'],
  }
}
