import type { Plan } from '@millrace/plan'
import type { Outlet } from '../../src/live/reading/outlet.ts'
import { Outlets } from '../../src/live/reading/outlets.ts'
import { outputOutlet } from '../../src/live/reading/output-outlet.ts'
import { sums, tenant } from './world.ts'

/** An app that may be deployed with another plan at any time, and its output `sums` as it is read then. */
export class Deployed {
  plan: Plan = sums
  private readonly outlets = new Outlets({ find: () => null }, { plan: () => this.plan }, { hasWebhook: () => true, hasSink: () => true })
  readonly outlet: Outlet = {
    ...outputOutlet(tenant, sums, 'sums'),
    read: (piece) => this.outlets.output(tenant, 'sums', 'sums').read(piece),
  }
}
