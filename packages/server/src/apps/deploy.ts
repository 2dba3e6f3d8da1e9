import type { AppDetails, Deployment } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import type { Ground } from '../platform-ground.ts'
import type { VersionOrigin } from './app-versions.ts'
import type { App } from './apps.ts'
import { checkDelivery } from './check-delivery.ts'
import { deploymentIssues } from './check-deployment.ts'
import type { WaysGround } from './current-ways.ts'
import { shownDetails } from './shown-app.ts'

type Deploying = WaysGround & Pick<Ground, 'tenants' | 'apps' | 'supervisor'>

/** Errors: APP_REFUSED with all that is wrong, APP_NAME, APP_DELIVERY with all paths that give less than the plan demands. */
export function checkDeployment(ground: WaysGround, tenant: string, app: string, deployment: Deployment): void {
  const issues = deploymentIssues(tenant, deployment, ground.streams)
  if (issues.length > 0) throw new MillraceError('APP_REFUSED', { app, count: issues.length }, { issues })
  if (deployment.plan.name !== app) throw new MillraceError('APP_NAME', { app, found: deployment.plan.name })
  checkDelivery(ground, tenant, deployment)
}

/** Errors: APP_VERSION_CHANGED where `ifMatch` names another version than there is. */
export function checkVersion(app: string, before: App | null, ifMatch: string | undefined): void {
  const version = before?.version ?? 0
  if (ifMatch !== undefined && ifMatch !== `"${version}"`) throw new MillraceError('APP_VERSION_CHANGED', { app, version })
}

/** Keeps what was checked as the next version; an app that is to run goes on with it. Errors: those of the check, TENANT_QUOTA, what hinders its start. */
export async function deploy(ground: Deploying, tenant: string, name: string, deployment: Deployment, origin: VersionOrigin): Promise<AppDetails> {
  const { apps, supervisor, history } = ground
  const before = apps.find(tenant, name)
  // What a namesake left that went with a crash is not this one's.
  if (before === null) await history.forgetApp(tenant, name)
  // Again: since it was checked a stream may have gone.
  checkDeployment(ground, tenant, name, deployment)
  if (apps.find(tenant, name) === null) checkQuota(ground, tenant)
  const { version, wanted } = apps.deploy(tenant, name, deployment, origin)
  await history.followApp(tenant, name, deployment.history)
  if (version !== before?.version && wanted === 'running') await supervisor.apply(tenant, name)
  return shownDetails(apps.get(tenant, name), supervisor.job(tenant, name), history)
}

function checkQuota({ tenants, apps }: Deploying, tenant: string): void {
  const { apps: limit } = tenants.get(tenant).quotas
  if (limit !== null && apps.count(tenant) >= limit) throw new MillraceError('TENANT_QUOTA', { limit, what: 'app(s)' })
}
