import { isDeepStrictEqual } from 'node:util'
import type { Deployment, Start } from '@millrace/api/schemas'
import { type Constant, MillraceError, type Plan, planHash } from '@millrace/plan'
import type { Control, Row } from '../control/control.ts'
import { defaultPageLimit, type Page, type PageRequest, pageOf } from '../control/page.ts'
import { AppHistory } from './app-history.ts'
import { AppVersions, deployed, type VersionOrigin } from './app-versions.ts'
import { Epochs } from './epochs.ts'

/** How an app is to begin at its next start; once it did, it goes on where it was. */
export type AppBegin = Start & { readonly fresh?: boolean }

/** Why an app could not be started. */
export interface AppFailure {
  readonly atMs: number
  readonly code: string
  readonly reason: string
}

/** A tenant's plan under a name, as it stands in the control database. */
export interface App {
  readonly tenant: string
  readonly name: string
  /** Grows with each deploy that changes something. */
  readonly version: number
  readonly plan: Plan
  readonly planHash: string
  readonly params: Readonly<Record<string, Constant>>
  readonly deployedMs: number
  /** What the tenant wants; the supervisor sees to it. */
  readonly wanted: Wanted
  readonly begin: AppBegin
  /** Null: it started when it was last tried. */
  readonly failure: AppFailure | null
}

export type Wanted = 'deployed' | 'running' | 'stopped'

const current = `SELECT apps.*, plan, plan_hash, params, deployed_ms FROM apps
JOIN app_versions AS newest ON newest.tenant = apps.tenant AND newest.app = apps.name AND newest.version = apps.version`

/** The tenants' apps: all versions, and what is wanted of them. */
export class Apps {
  readonly versions: AppVersions
  readonly history: AppHistory
  readonly epochs: Epochs
  /** Grows whenever a plan is deployed or an app deleted. */
  changes = 0
  private readonly control: Control

  constructor(control: Control) {
    this.control = control
    this.versions = new AppVersions(control)
    this.history = new AppHistory(control)
    this.epochs = new Epochs(control)
  }

  find(tenant: string, name: string): App | null {
    const row = this.control.one(`${current} WHERE apps.tenant = ? AND apps.name = ?`, tenant, name)
    return row === null ? null : appOf(row)
  }

  /** Errors: APP_UNKNOWN. */
  get(tenant: string, name: string): App {
    const found = this.find(tenant, name)
    if (found === null) throw new MillraceError('APP_UNKNOWN', { app: name })
    return found
  }

  list(tenant: string, page: PageRequest): Page<App> {
    const limit = (page.limit ?? defaultPageLimit) + 1
    const rows = this.control.all(`${current} WHERE apps.tenant = ? AND apps.name > ? ORDER BY apps.name LIMIT ?`, tenant, page.after ?? '', limit)
    return pageOf(rows.map(appOf), page, ({ name }) => name)
  }

  /** Of all tenants, or of one. */
  all(tenant: string | null = null): readonly App[] {
    return this.control.all(`${current} WHERE ? IS NULL OR apps.tenant = ? ORDER BY apps.tenant, apps.name`, tenant, tenant).map(appOf)
  }

  /** The newest version of each app, by name. */
  versionOfEach(tenant: string): readonly (readonly [app: string, version: number])[] {
    const rows = this.control.all('SELECT app, max(version) AS version FROM app_versions WHERE tenant = ? GROUP BY app ORDER BY app', tenant)
    return rows.map((row) => [row['app'] as string, row['version'] as number])
  }

  count(tenant: string): number {
    return Number(this.control.one('SELECT count(*) AS count FROM apps WHERE tenant = ?', tenant)?.['count'])
  }

  /** Keeps a plan and its params as the next version, and that it was deployed, unless they are those of the last. */
  deploy(tenant: string, name: string, { plan, params = {} }: Deployment, origin: VersionOrigin = deployed, deployedMs = Date.now()): App {
    const before = this.find(tenant, name)
    const hash = planHash(plan)
    if (before !== null && before.planHash === hash && isDeepStrictEqual(before.params, params)) return before
    const version = (before?.version ?? 0) + 1
    const reason = origin.rolledBackTo === null ? {} : { reason: `to version ${origin.rolledBackTo}` }
    this.changes++
    this.control.transaction(() => {
      const { control } = this
      // What an app of that name left before it was deleted is not this one's.
      if (before === null) control.run('INSERT INTO apps VALUES (?, ?, ?, ?, ?, NULL)', tenant, name, version, 'deployed', '{"fresh":true}')
      else control.run('UPDATE apps SET version = ? WHERE tenant = ? AND name = ?', version, tenant, name)
      this.versions.add(tenant, name, { version, plan, planHash: hash, params, deployedMs, ...origin })
      this.history.addOne({ tenant, app: name, kind: origin.cause, version, ...reason }, deployedMs)
    })
    return this.get(tenant, name)
  }

  want(tenant: string, name: string, wanted: Wanted, begin?: AppBegin): App {
    const before = this.get(tenant, name)
    const next = JSON.stringify(begin ?? before.begin)
    this.control.run('UPDATE apps SET wanted = ?, begin = ?, failure = NULL WHERE tenant = ? AND name = ?', wanted, next, tenant, name)
    return this.get(tenant, name)
  }

  /** It began as it was to: from now on it goes on where it is, unless something else was wanted meanwhile. */
  began({ tenant, name, begin, failure }: App): void {
    if (failure === null && Object.keys(begin).length === 0) return
    const began = `UPDATE apps SET begin = '{}', failure = NULL WHERE tenant = ? AND name = ? AND begin = ?`
    this.control.run(began, tenant, name, JSON.stringify(begin))
  }

  /** It is deleted: an app that was to begin with it goes on where it was. */
  forgetSavepoint(tenant: string, name: string, deleted: string): void {
    const { savepoint, ...rest } = this.get(tenant, name).begin
    if (savepoint === deleted) this.control.run('UPDATE apps SET begin = ? WHERE tenant = ? AND name = ?', JSON.stringify(rest), tenant, name)
  }

  failed(tenant: string, name: string, failure: AppFailure): void {
    this.control.run('UPDATE apps SET failure = ? WHERE tenant = ? AND name = ?', JSON.stringify(failure), tenant, name)
  }

  delete(tenant: string, name: string): void {
    this.changes++
    this.control.run('DELETE FROM apps WHERE tenant = ? AND name = ?', tenant, name)
  }
}

function appOf(row: Row): App {
  const failure = row['failure'] as string | null
  return {
    tenant: row['tenant'] as string,
    name: row['name'] as string,
    version: row['version'] as number,
    plan: JSON.parse(row['plan'] as string) as Plan,
    planHash: row['plan_hash'] as string,
    params: JSON.parse(row['params'] as string) as App['params'],
    deployedMs: row['deployed_ms'] as number,
    wanted: row['wanted'] as Wanted,
    begin: JSON.parse(row['begin'] as string) as AppBegin,
    failure: failure === null ? null : (JSON.parse(failure) as AppFailure),
  }
}
