import { unsilencedOutlet } from '../../alerts/marked-outlet.ts'
import { Outgoing } from '../../outgoing/outgoing.ts'
import type { OpenPart } from '../../platform-ground.ts'
import { rangesOf } from '../../settings/cross-checks.ts'
import { currentOutlets } from '../current-outlets.ts'
import { KeptWays } from '../kept-ways.ts'
import { wayOutlet } from '../way-outlet.ts'
import { type KeptWebhook, webhookKind } from './webhook.ts'
import { addWebhookRoutes } from './webhook-routes.ts'
import { Webhooks } from './webhooks.ts'

/** Results sent to addresses that tenants name. */
export const openWebhooks: OpenPart = async (ground) => {
  const { log, control, settings, logger } = ground
  const outgoing = new Outgoing({ allow: rangesOf(settings.outgoingAllow) })
  const webhooks = new Webhooks({ log, outgoing })
  const kept = new KeptWays(control, webhookKind)
  const outlets = currentOutlets(ground)
  const start = (hook: KeptWebhook): Promise<void> => webhooks.start(hook, unsilencedOutlet(wayOutlet(hook, kept, outlets)), hook.from)
  addWebhookRoutes(ground, { kept, webhooks, outlets, start })
  ground.erasure.on(async (tenant) => {
    await webhooks.forgetTenant(tenant)
    for (const { name } of kept.list(tenant)) await webhooks.remove(tenant, name)
  })
  for (const hook of kept.all())
    await start(hook).catch((error: unknown) => logger.error({ tenant: hook.tenant, webhook: hook.name, err: error }, 'webhook does not run'))
  return { close: () => webhooks.close() }
}
