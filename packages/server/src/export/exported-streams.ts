import type { Plan } from '@millrace/plan'
import type { Control } from '../control/control.ts'
import { deadLetterOutlet } from '../live/reading/dead-letter-outlet.ts'
import { lateOutlet } from '../live/reading/late-outlet.ts'
import type { Outlet } from '../live/reading/outlet.ts'
import { outputOutlet } from '../live/reading/output-outlet.ts'
import { rawOutlet } from '../live/reading/raw-outlet.ts'
import { deadBatchOutlet } from '../live/webhooks/dead-batch.ts'

export interface ExportedStream {
  /** In the archive. */
  readonly folder: string
  readonly outlet: Outlet
}

/** How a stream of the log is exported; null: it holds the progress of something, which is nothing elsewhere. */
export function exportedStream(control: Control, tenant: string, stream: string): ExportedStream | null {
  const [owner = '', part = '', name = ''] = stream.split('/')
  if (owner === '$webhooks') return name === 'dead' ? { folder: `webhooks/${part}/dead-letters`, outlet: deadBatchOutlet(tenant, stream) } : null
  if (owner === '$sinks') return name === 'dead' ? { folder: `sinks/${part}/dead-letters`, outlet: deadBatchOutlet(tenant, stream) } : null
  if (stream.includes('$')) return null
  if (part === '') return { folder: `streams/${owner}/records`, outlet: rawOutlet(tenant, owner) }
  // Results have two parts, what came late three: an output may be called late.
  const plan = name === '' ? planWith(control, tenant, owner, part) : null
  if (plan !== null) return { folder: `apps/${owner}/outputs/${part}`, outlet: outputOutlet(tenant, plan, part) }
  if (part === 'dead') return { folder: `streams/${owner}/dead-letters`, outlet: deadLetterOutlet(tenant, owner) }
  return part === 'late' ? { folder: `apps/${owner}/late/${name}`, outlet: lateOutlet(tenant, owner, name) } : null
}

/** The newest version of an app that has the output; null: none has. */
function planWith(control: Control, tenant: string, app: string, output: string): Plan | null {
  for (const { plan } of control.all('SELECT plan FROM app_versions WHERE tenant = ? AND app = ? ORDER BY version DESC', tenant, app)) {
    const read = JSON.parse(String(plan)) as Plan
    if (Object.hasOwn(read.outputs, output)) return read
  }
  return null
}
