import type { Jobs } from '@millrace/jobs'
import type { Log } from '@millrace/log'
import type { FastifyBaseLogger } from 'fastify'
import type { Keys } from './access/keys.ts'
import type { Alerts } from './alerts/alerts.ts'
import type { Silences } from './alerts/silences.ts'
import type { Apps } from './apps/apps.ts'
import type { Supervisor } from './apps/supervisor.ts'
import type { Backups } from './backup/backups.ts'
import type { Changes } from './backup/changes.ts'
import type { Audit } from './control/audit.ts'
import type { Control } from './control/control.ts'
import type { Erasure } from './control/erasure.ts'
import type { Refusals } from './control/refusals.ts'
import type { Tenants } from './control/tenants.ts'
import type { DeadLetters } from './dead-letters/dead-letters.ts'
import type { KeptHistory } from './history/kept-history.ts'
import type { Http } from './http/http.ts'
import type { Intake } from './intake/intake.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Settings } from './settings/settings.ts'
import type { Streams } from './streams/streams.ts'
import type { Usage } from './usage/usage.ts'

/** What every part of the server stands on. */
export interface Ground {
  readonly settings: Settings
  readonly logger: FastifyBaseLogger
  readonly log: Log
  readonly jobs: Jobs
  readonly control: Control
  /** The server's own: what is sealed with it can be read by this server only. */
  readonly secret: Uint8Array
  readonly tenants: Tenants
  readonly keys: Keys
  readonly streams: Streams
  readonly apps: Apps
  readonly supervisor: Supervisor
  readonly alerts: Alerts
  readonly silences: Silences
  readonly deadLetters: DeadLetters
  readonly audit: Audit
  /** Who may not come in, or bring what they bring: gateways tell the audit. */
  readonly refusals: Refusals
  /** Results and records in Parquet, and SQL over them. */
  readonly history: KeptHistory
  readonly usage: Usage
  /** Who keeps files of its own beside the log says how they are copied (`around`). */
  readonly backups: Backups
  /** Backups and erasures on the one side, changes of what is kept on the other. */
  readonly changes: Changes
  /** Who does or keeps something for a tenant says how that ends (`on`). */
  readonly erasure: Erasure
  readonly metrics: Metrics
  /** Counted; the one that all gateways share. */
  readonly intake: Intake
  /** Routes are added before it listens. */
  readonly http: Http
  /** Everything is started, and nothing is closing. */
  isReady(): boolean
  /** The log takes nothing any more: only a restart helps. */
  isFailing(): boolean
}

/** A part of the server: gateways, routes. */
export interface Part {
  /** Called once no request comes any more; jobs and the log are still open. */
  close(): Promise<void>
}

/** Adds its routes to `ground.http` and opens its own sockets; resolves when it takes work. */
export type OpenPart = (ground: Ground) => Promise<Part>
