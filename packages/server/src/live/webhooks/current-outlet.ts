import { outputStream } from '@millrace/jobs'
import { MillraceError } from '@millrace/plan'
import { unsilenced } from '../../alerts/marked-outlet.ts'
import type { Outlet } from '../reading/outlet.ts'
import type { Outlets } from '../reading/outlets.ts'
import type { KeptWebhooks } from './kept-webhooks.ts'
import type { Webhook } from './webhook.ts'

/**
 * The output of a webhook, by the plan that is deployed when it is read, without what is silenced. Throws where the webhook is no longer the one that was
 * made, as when its tenant was deleted and somebody else has its name.
 */
export function currentOutlet(hook: Webhook, kept: KeptWebhooks, outlets: Outlets): Outlet {
  const { tenant, name, app, output } = hook
  return {
    tenant,
    stream: outputStream(app, output),
    read: (piece) => {
      if (kept.find(tenant, name)?.secret !== hook.secret) throw new MillraceError('WEBHOOK_UNKNOWN', { webhook: name })
      return unsilenced(outlets.output(tenant, app, output).read(piece))
    },
  }
}
