import type { Jobs } from '@millrace/jobs'
import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { Keys } from '../access/keys.ts'
import type { Apps } from '../apps/apps.ts'
import type { Supervisor } from '../apps/supervisor.ts'
import type { Audit } from './audit.ts'
import type { Control } from './control.ts'
import type { TenantGate } from './tenant-gate.ts'
import type { Tenants } from './tenants.ts'

export interface ErasureContext {
  readonly control: Control
  readonly audit: Audit
  readonly tenants: Tenants
  readonly keys: Keys
  readonly apps: Apps
  readonly supervisor: Supervisor
  readonly jobs: Jobs
  readonly log: Log
  readonly gate: TenantGate
}

/** Ends what a part does for a tenant, and forgets what it keeps of it. It may be called again for one that is gone already. */
export type Forget = (tenant: string) => Promise<void> | void

/**
 * Takes tenants away, with all that is kept of them on the disk. That it is to be done stands in the control database before anything
 * is: what a crash interrupts goes on at the next start.
 */
export class Erasure {
  private readonly context: ErasureContext
  private readonly forgets: Forget[] = []

  constructor(context: ErasureContext) {
    this.context = context
  }

  /** Called in this order, before the tenant's streams are taken from the log. */
  on(forget: Forget): void {
    this.forgets.push(forget)
  }

  isUnderWay(tenant: string): boolean {
    return this.context.control.one('SELECT 1 FROM erasures WHERE tenant = ?', tenant) !== null
  }

  /** Errors: TENANT_UNKNOWN. Whoever asks for one of whom something is left goes on with it. */
  async begin(tenant: string): Promise<void> {
    const { control, audit, tenants, keys, apps, supervisor, gate } = this.context
    if (!this.isUnderWay(tenant)) tenants.get(tenant)
    control.run('INSERT OR IGNORE INTO erasures VALUES (?, ?)', tenant, Date.now())
    audit.forgetTenant(tenant)
    keys.deleteAll(tenant)
    await gate.shut(tenant)
    for (const { name } of apps.all(tenant)) await supervisor.delete(tenant, name)
    await this.forget(tenant)
  }

  /** Nothing is left in any file once it resolves. Errors: LOG_PURGE, LOG_DISK_FULL: asked again, it goes on. */
  async finish(tenant: string): Promise<void> {
    const { control, log, gate } = this.context
    // After a crash there were no parts yet that could forget it.
    for (const forget of this.forgets) await forget(tenant)
    await log.purge()
    control.run('DELETE FROM erasures WHERE tenant = ?', tenant)
    control.purge()
    gate.reopen(tenant)
  }

  /** What a crash interrupted, before anything runs. Answers the tenants that are to be finished: others need not wait for that. */
  async resume(): Promise<readonly string[]> {
    const begun = this.context.control.all('SELECT tenant FROM erasures').map(({ tenant }) => tenant as string)
    for (const tenant of begun) await this.forget(tenant)
    return begun
  }

  private async forget(tenant: string): Promise<void> {
    const { audit, jobs, log, tenants } = this.context
    for (const forget of this.forgets) await forget(tenant)
    // A crash may have come before: by the keys it is known what of the audit goes.
    audit.forgetTenant(tenant)
    tenants.delete(tenant)
    // Devices went on trying while it was taken away.
    audit.forgetTenant(tenant)
    await jobs.forgetTenant(tenant)
    await log.erase(tenant)
  }
}

/** Errors: TENANT_ERASING. */
export function checkNotErasing(erasure: Erasure, tenant: string): void {
  if (erasure.isUnderWay(tenant)) throw new MillraceError('TENANT_ERASING', { tenant })
}
