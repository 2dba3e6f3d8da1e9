import { MillraceError, type Plan } from '@millrace/plan'
import { alertOf } from '../../alerts/alert-outputs.ts'
import { markedOutlet } from '../../alerts/marked-outlet.ts'
import type { Silences } from '../../alerts/silences.ts'
import { sinkDeadStream } from '../../connectors/sink.ts'
import type { StreamRegistry } from '../../streams/stream-registry.ts'
import { deadBatchOutlet } from '../webhooks/dead-batch.ts'
import { webhookDeadStream } from '../webhooks/webhook.ts'
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

/** Webhooks and sinks that there are. */
export interface WayNames {
  hasWebhook(tenant: string, webhook: string): boolean
  hasSink(tenant: string, sink: string): boolean
}

/** What of a tenant can be read as records. What is not there, or another tenant's, is told alike. */
export class Outlets {
  private readonly streams: StreamRegistry
  private readonly apps: AppPlans
  private readonly ways: WayNames
  private readonly silences: Pick<Silences, 'all'>

  constructor(streams: StreamRegistry, apps: AppPlans, ways: WayNames, silences: Pick<Silences, 'all'> = { all: () => [] }) {
    this.streams = streams
    this.apps = apps
    this.ways = ways
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
    if (this.ways.hasWebhook(tenant, webhook)) return deadBatchOutlet(tenant, webhookDeadStream(webhook))
    throw new MillraceError('WEBHOOK_UNKNOWN', { webhook })
  }

  /** Rows that the system of a sink would not take. SINK_UNKNOWN where there is none. */
  refusedRows(tenant: string, sink: string): Outlet {
    if (this.ways.hasSink(tenant, sink)) return deadBatchOutlet(tenant, sinkDeadStream(sink))
    throw new MillraceError('SINK_UNKNOWN', { sink })
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
