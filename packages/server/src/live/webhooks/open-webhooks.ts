import { Outgoing } from '../../outgoing/outgoing.ts'
import type { OpenPart } from '../../platform-ground.ts'
import { rangesOf } from '../../settings/cross-checks.ts'
import { currentOutlets } from '../current-outlets.ts'
import { currentOutlet } from './current-outlet.ts'
import { type KeptWebhook, KeptWebhooks } from './kept-webhooks.ts'
import { addWebhookRoutes } from './webhook-routes.ts'
import { Webhooks } from './webhooks.ts'

/** Results sent to addresses that tenants name. */
export const openWebhooks: OpenPart = async (ground) => {
  const { log, control, settings, logger } = ground
  const outgoing = new Outgoing({ allow: rangesOf(settings.outgoingAllow) })
  const webhooks = new Webhooks({ log, outgoing })
  const kept = new KeptWebhooks(control)
  const outlets = currentOutlets(ground)
  const start = (hook: KeptWebhook): Promise<void> => webhooks.start(hook, currentOutlet(hook, kept, outlets), hook.from)
  ground.erasure.on((tenant) => webhooks.forgetTenant(tenant))
  addWebhookRoutes(ground, { kept, webhooks, outlets, start })
  ground.erasure.on(async (tenant) => {
    for (const { name } of kept.list(tenant)) await webhooks.remove(tenant, name)
  })
  for (const hook of kept.all())
    await start(hook).catch((error: unknown) => logger.error({ tenant: hook.tenant, webhook: hook.name, err: error }, 'webhook does not run'))
  return { close: () => webhooks.close() }
}
