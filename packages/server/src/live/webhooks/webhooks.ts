import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { Outgoing } from '../../outgoing/outgoing.ts'
import { beginAtMark } from '../mark.ts'
import { Encoders } from '../reading/encoders.ts'
import type { Outlet } from '../reading/outlet.ts'
import { Delivery, type DeliveryFigures, type Pace, pinFrom, pinName } from './delivery.ts'
import { systemPace } from './system-pace.ts'
import { type Webhook, webhookDeadStream, webhookMarkStream } from './webhook.ts'

export interface WebhooksOptions {
  readonly log: Log
  readonly outgoing: Outgoing
  readonly pace?: Pace
  /** How often a batch is sent before it is a dead letter. Default 10: about half an hour. */
  readonly maxTries?: number
  /** Results of a batch at most. Default 500. */
  readonly maxRows?: number
  /** How long a wait for results is, after which those that retention took are noticed. Default 30 s. */
  readonly waitMs?: number
}

/** All webhooks that run. Each is on its own: a slow receiver holds up nobody else's results. */
export class Webhooks {
  private readonly options: Required<WebhooksOptions>
  private readonly encoders = new Encoders()
  private readonly running = new Map<string, Delivery>()

  constructor({ log, outgoing, pace = systemPace, maxTries = 10, maxRows = 500, waitMs = 30_000 }: WebhooksOptions) {
    this.options = { log, outgoing, pace, maxTries, maxRows, waitMs }
  }

  /**
   * Goes on where the webhook was; the first time with what comes next, or with all that there is. `outlet`: its output. Errors: WEBHOOK_NAME,
   * WEBHOOK_RUNS, MARK_UNREADABLE, LOG_ errors.
   */
  async start(hook: Webhook, outlet: Outlet, from: 'begin' | 'now' = 'now'): Promise<void> {
    const { tenant, name } = hook
    checkWebhookName(name)
    if (this.running.has(keyOf(tenant, name))) throw new MillraceError('WEBHOOK_RUNS', { webhook: name })
    const position = await beginAtMark(this.options.log, tenant, webhookMarkStream(name), from)
    await pinFrom(this.options.log, hook, outlet, position)
    this.running.set(keyOf(tenant, name), new Delivery(hook, outlet, position, { ...this.options, encoders: this.encoders }))
  }

  /** Null: it does not run. */
  figuresOf(tenant: string, name: string): DeliveryFigures | null {
    return this.running.get(keyOf(tenant, name))?.figures ?? null
  }

  /** Errors: WEBHOOK_UNKNOWN. */
  figures(tenant: string, name: string): DeliveryFigures {
    return this.get(tenant, name).figures
  }

  /** Errors: WEBHOOK_UNKNOWN. */
  async stop(tenant: string, name: string): Promise<void> {
    await this.get(tenant, name).stop()
    this.running.delete(keyOf(tenant, name))
  }

  /** Stops a webhook and forgets how far it came and what it could not deliver. */
  async remove(tenant: string, name: string): Promise<void> {
    const { log } = this.options
    if (this.running.has(keyOf(tenant, name))) await this.stop(tenant, name)
    await log.unpin(tenant, pinName(name))
    for (const stream of [webhookMarkStream(name), webhookDeadStream(name)]) await log.erase(tenant, stream)
  }

  /** Stops all of a tenant, whose streams go. */
  async forgetTenant(tenant: string): Promise<void> {
    for (const [key, delivery] of this.running)
      if (key.startsWith(`${tenant}\n`)) {
        await delivery.stop()
        this.running.delete(key)
      }
  }

  /** Stops all; they go on at the next start. */
  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map((delivery) => delivery.stop()))
    this.running.clear()
  }

  private get(tenant: string, name: string): Delivery {
    const found = this.running.get(keyOf(tenant, name))
    if (found === undefined) throw new MillraceError('WEBHOOK_UNKNOWN', { webhook: name })
    return found
  }
}

/** Errors: WEBHOOK_NAME. */
export function checkWebhookName(name: string): void {
  if (!/^[a-z][a-z0-9_-]{0,63}$/i.test(name)) throw new MillraceError('WEBHOOK_NAME', { webhook: name })
}

function keyOf(tenant: string, name: string): string {
  return `${tenant}\n${name}`
}
