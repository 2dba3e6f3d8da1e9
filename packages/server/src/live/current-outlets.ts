import { sinkKind } from '../connectors/sink.ts'
import type { Ground } from '../platform-ground.ts'
import { KeptWays } from './kept-ways.ts'
import { Outlets } from './reading/outlets.ts'
import { webhookKind } from './webhooks/webhook.ts'

/** What can be read of all tenants, as it is declared and deployed at that moment. */
export function currentOutlets({ streams, apps, control, silences }: Ground): Outlets {
  const webhooks = new KeptWays(control, webhookKind)
  const sinks = new KeptWays(control, sinkKind)
  const plan = (tenant: string, app: string) => apps.find(tenant, app)?.plan ?? null
  const ways = {
    hasWebhook: (tenant: string, name: string) => webhooks.find(tenant, name) !== null,
    hasSink: (tenant: string, name: string) => sinks.find(tenant, name) !== null,
  }
  return new Outlets(streams, { plan }, ways, silences)
}
