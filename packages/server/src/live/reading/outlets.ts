import { MillraceError, type Plan } from '@millrace/plan'
import { alertOf } from '../../alerts/alert-outputs.ts'
import { markedOutlet } from '../../alerts/marked-outlet.ts'
import type { Silences } from '../../alerts/silences.ts'
import type { StreamRegistry } from '../../streams/stream-registry.ts'
import { deadBatchOutlet } from '../webhooks/dead-batch.ts'
import { deadLetterOutlet } from './dead-letter-outlet.ts'
import { lateOutlet } from './late-outlet.ts'
import type { Outlet } from './outlet.ts'
import { outputOutlet } from './output-outlet.ts'
import { rawOutlet } from './raw-outlet.ts'

/** Apps as they are deployed now. */
export interface AppPlans {
  /** Null: the tenant has no such app. */
  plan(tenant: string, app: string): Plan | null
}

/** Webhooks that there are. */
export interface WebhookNames {
  has(tenant: string, webhook: string): boolean
}

/** What of a tenant can be read as records. What is not there, or another tenant's, is told alike. */
export class Outlets {
  private readonly streams: StreamRegistry
  private readonly apps: AppPlans
  private readonly webhooks: WebhookNames
  private readonly silences: Pick<Silences, 'all'>

  constructor(streams: StreamRegistry, apps: AppPlans, webhooks: WebhookNames, silences: Pick<Silences, 'all'> = { all: () => [] }) {
    this.streams = streams
    this.apps = apps
    this.webhooks = webhooks
    this.silences = silences
  }

  /** STREAM_UNKNOWN where there is none. */
  raw(tenant: string, stream: string): Outlet {
    this.checkStream(tenant, stream)
    return rawOutlet(tenant, stream)
  }

  /** STREAM_UNKNOWN where there is no such stream. */
  deadLetters(tenant: string, stream: string): Outlet {
    this.checkStream(tenant, stream)
    return deadLetterOutlet(tenant, stream)
  }

  /** Results of alerts say whether they are silenced. APP_UNKNOWN or OUTPUT_UNKNOWN where there is none. */
  output(tenant: string, app: string, output: string): Outlet {
    const plan = this.planOf(tenant, app)
    if (!Object.hasOwn(plan.outputs, output)) throw new MillraceError('OUTPUT_UNKNOWN', { app, output, outputs: Object.keys(plan.outputs).join(', ') })
    const outlet = outputOutlet(tenant, plan, output)
    return alertOf(plan, output) === null ? outlet : markedOutlet(outlet, app, output, () => this.silences.all(tenant))
  }

  /** APP_UNKNOWN or LATE_UNKNOWN where there is none. */
  late(tenant: string, app: string, operator: string): Outlet {
    const windowed = this.planOf(tenant, app).operators.filter(({ kind }) => kind === 'aggregate')
    if (windowed.some(({ id }) => id === operator)) return lateOutlet(tenant, app, operator)
    throw new MillraceError('LATE_UNKNOWN', { app, operator, operators: windowed.map(({ id }) => id).join(', ') || 'none' })
  }

  /** Batches that a webhook could not deliver. WEBHOOK_UNKNOWN where there is none. */
  deadBatches(tenant: string, webhook: string): Outlet {
    if (this.webhooks.has(tenant, webhook)) return deadBatchOutlet(tenant, webhook)
    throw new MillraceError('WEBHOOK_UNKNOWN', { webhook })
  }

  private planOf(tenant: string, app: string): Plan {
    const plan = this.apps.plan(tenant, app)
    if (plan === null) throw new MillraceError('APP_UNKNOWN', { app })
    return plan
  }

  private checkStream(tenant: string, stream: string): void {
    if (this.streams.find(tenant, stream) === null) throw new MillraceError('STREAM_UNKNOWN', { stream })
  }
}
