import type { Way, WayKind } from '../kept-ways.ts'

/** An output whose results are sent to an address. */
export interface Webhook {
  readonly tenant: string
  /** Unique within the tenant. */
  readonly name: string
  readonly app: string
  readonly output: string
  readonly url: string
  /** What is sent is signed with it. */
  readonly secret: string
}

export interface KeptWebhook extends Webhook, Way {}

export const webhookKind: WayKind<KeptWebhook> = {
  table: 'webhooks',
  columns: { tenant: 'tenant', name: 'name', app: 'app', output: 'output', url: 'url', secret: 'secret', from: 'begin', createdMs: 'created_ms' },
  called: 'webhooks',
  errors: { exists: 'WEBHOOK_EXISTS', unknown: 'WEBHOOK_UNKNOWN', word: 'webhook' },
}

/** Where the log keeps how far a webhook has come. */
export function webhookMarkStream(name: string): string {
  return `$webhooks/${name}/mark`
}

/** Where the log keeps what a webhook could not deliver. */
export function webhookDeadStream(name: string): string {
  return `$webhooks/${name}/dead`
}
