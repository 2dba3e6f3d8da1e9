import { MillraceError } from '@millrace/plan'
import type { Control, Row } from '../../control/control.ts'
import type { Webhook } from './webhook.ts'

export interface KeptWebhook extends Webhook {
  readonly createdMs: number
  readonly from: 'begin' | 'now'
}

/** A tenant may have so many. */
const maxWebhooks = 100

/** The webhooks in the control database. */
export class KeptWebhooks {
  private readonly control: Control

  constructor(control: Control) {
    this.control = control
  }

  /** Errors: WEBHOOK_EXISTS, TENANT_QUOTA. */
  create(hook: KeptWebhook): void {
    const { tenant, name, app, output, url, secret, from, createdMs } = hook
    if (this.find(tenant, name) !== null) throw new MillraceError('WEBHOOK_EXISTS', { webhook: name })
    if (this.list(tenant).length >= maxWebhooks) throw new MillraceError('TENANT_QUOTA', { limit: maxWebhooks, what: 'webhooks' })
    this.control.run('INSERT INTO webhooks VALUES (?, ?, ?, ?, ?, ?, ?, ?)', tenant, name, app, output, url, secret, from, createdMs)
  }

  find(tenant: string, name: string): KeptWebhook | null {
    const row = this.control.one('SELECT * FROM webhooks WHERE tenant = ? AND name = ?', tenant, name)
    return row === null ? null : hookOf(row)
  }

  /** Errors: WEBHOOK_UNKNOWN. */
  get(tenant: string, name: string): KeptWebhook {
    const found = this.find(tenant, name)
    if (found === null) throw new MillraceError('WEBHOOK_UNKNOWN', { webhook: name })
    return found
  }

  list(tenant: string): readonly KeptWebhook[] {
    return this.control.all('SELECT * FROM webhooks WHERE tenant = ? ORDER BY name', tenant).map(hookOf)
  }

  all(): readonly KeptWebhook[] {
    return this.control.all('SELECT * FROM webhooks ORDER BY tenant, name').map(hookOf)
  }

  delete(tenant: string, name: string): void {
    this.control.run('DELETE FROM webhooks WHERE tenant = ? AND name = ?', tenant, name)
  }
}

function hookOf(row: Row): KeptWebhook {
  const { tenant, name, app, output, url, secret } = row as Record<string, string>
  return { tenant, name, app, output, url, secret, from: row['begin'], createdMs: row['created_ms'] } as KeptWebhook
}
