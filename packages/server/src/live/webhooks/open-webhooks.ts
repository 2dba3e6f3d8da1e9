import { MillraceError } from '@millrace/plan'
import { AllowedAddresses } from '../../outgoing/addresses.ts'
import { Outgoing } from '../../outgoing/outgoing.ts'
import type { OpenPart } from '../../platform-ground.ts'
import { currentOutlets } from '../current-outlets.ts'
import { currentOutlet } from './current-outlet.ts'
import { type KeptWebhook, KeptWebhooks } from './kept-webhooks.ts'
import { addWebhookRoutes } from './webhook-routes.ts'
import { Webhooks } from './webhooks.ts'

/** Results sent to addresses that tenants name. */
export const openWebhooks: OpenPart = async (ground) => {
  const { log, control, settings, logger } = ground
  const outgoing = new Outgoing({ allow: allowedRanges(settings.outgoingAllow) })
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

/** Errors: SETTINGS_INVALID. */
function allowedRanges(text: string): readonly string[] {
  const ranges = text.split(',').flatMap((range) => (range.trim() === '' ? [] : [range.trim()]))
  try {
    new AllowedAddresses(ranges)
  } catch (cause) {
    throw new MillraceError('SETTINGS_INVALID', { count: 1, first: `outgoingAllow: ${(cause as Error).message}.` }, { cause })
  }
  return ranges
}
