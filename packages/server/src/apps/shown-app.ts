import type { App as ApiApp, AppDetails, AppState, Job } from '@millrace/api/schemas'
import type { JobStatus } from '@millrace/jobs'
import type { KeptHistory } from '../history/kept-history.ts'
import type { App } from './apps.ts'

/** An app as the API tells of it. */
export function shownApp(app: App, status: JobStatus | null): ApiApp {
  const { name, version, planHash, deployedMs, params, plan } = app
  const [streams, outputs] = [Object.keys(plan.streams), Object.keys(plan.outputs)]
  return { name, version, planHash, deployedMs, state: stateOf(app, status), params, streams, outputs, job: jobOf(app, status) }
}

export function shownDetails(app: App, status: JobStatus | null, history: KeptHistory): AppDetails {
  return { ...shownApp(app, status), plan: app.plan, history: history.stateOfApp(app.tenant, app.name) }
}

function stateOf({ wanted, failure }: App, status: JobStatus | null): AppState {
  if (wanted !== 'running') return wanted
  if (failure !== null || status?.state === 'failed') return 'failed'
  return status !== null && isStalled(status) ? 'stalled' : 'running'
}

function isStalled({ state, stalledMs }: JobStatus): boolean {
  return state === 'running' && stalledMs !== null
}

/** Of an app that could not be started, the reason stands where those of ended runs do. */
function jobOf({ failure }: App, status: JobStatus | null): Job | null {
  if (failure !== null)
    return { state: 'failed', position: status?.position ?? 0, epoch: status?.epoch ?? 0, snapshot: null, ended: [...(status?.ended ?? []), failure] }
  if (status === null || status.state === 'stopped') return null
  const { position, epoch, snapshot, ended } = status
  return { state: isStalled(status) ? 'stalled' : status.state, position, epoch, snapshot, ended }
}
