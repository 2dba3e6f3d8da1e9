import { type JobEvent, JobFailed, type JobStatus, type Jobs, markStream } from '@millrace/jobs'
import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { FastifyBaseLogger } from 'fastify'
import { alertOutputsOf } from '../alerts/alert-outputs.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Tenants } from '../control/tenants.ts'
import { deadStream, replayedStream } from '../dead-letters/kept-letter.ts'
import { InTurn } from '../in-turn.ts'
import type { NewAppEvent } from './app-history.ts'
import type { App, Apps } from './apps.ts'

export interface SupervisorContext {
  readonly apps: Apps
  readonly alerts: Alerts
  readonly tenants: Tenants
  readonly jobs: Jobs
  readonly log: Log
  readonly logger: FastifyBaseLogger
}

/** Apps that are started at a time when the server starts: their appends share commits. */
const startsAtOnce = 64

/** Makes of what is wanted of apps what is: starts and stops their jobs, one change of an app after the other. */
export class Supervisor {
  private readonly context: SupervisorContext
  private readonly changes = new InTurn()
  private closing = false

  constructor(context: SupervisorContext) {
    this.context = context
  }

  /** Starts all that is wanted to run. One that cannot start holds no other back. */
  async startWanted(): Promise<void> {
    const { apps, jobs } = this.context
    const waiting = apps.all().filter(({ wanted }) => wanted === 'running')
    await jobs.resume(waiting)
    const events: NewAppEvent[] = []
    const startNext = async (): Promise<void> => {
      for (let app = waiting.shift(); app !== undefined && !this.closing; app = waiting.shift()) {
        const { tenant, name } = app
        await this.changes.run(tenant, name, async () => events.push(await this.startAgain(apps.get(tenant, name)))).catch(() => {})
      }
    }
    await Promise.all(Array.from({ length: startsAtOnce }, startNext))
    this.keep(events)
  }

  /** Brings the app's job to what is wanted of it. What hinders a start is kept with the app, and thrown. Errors: APP_NOT_RUNNING where a savepoint cannot be. */
  apply(tenant: string, name: string, savepoint?: string): Promise<void> {
    return this.changes.run(tenant, name, async () => {
      const app = this.context.apps.get(tenant, name)
      // By now it may be wanted to run again: the savepoint is that of the state before.
      if (app.wanted !== 'running' || savepoint !== undefined) {
        await this.stop(app, savepoint)
        this.note(app, { kind: 'stopped' })
      }
      if (app.wanted === 'running') await this.start(app)
    })
  }

  /** Ends the app's job and forgets its state and results. */
  delete(tenant: string, name: string): Promise<void> {
    return this.changes.run(tenant, name, async () => {
      const { apps, jobs, log } = this.context
      await this.stop(apps.get(tenant, name))
      // Where the rest breaks off there is an app without state that can be deleted again.
      apps.want(tenant, name, 'stopped', { fresh: true })
      await jobs.forget(tenant, name)
      // A stream may be called like the app.
      const kept = new Set([markStream(name), deadStream(name), replayedStream(name)])
      const own = log.streams(tenant).filter(({ stream }) => stream.startsWith(`${name}/`) && !kept.has(stream))
      for (const { stream } of own) await log.erase(tenant, stream)
      apps.delete(tenant, name)
    })
  }

  /** Null: it has no job. */
  job(tenant: string, name: string): JobStatus | null {
    return this.context.jobs.find(tenant, name)
  }

  /** Keeps what a job tells of itself. */
  told(event: JobEvent): void {
    const { kind, tenant, job, reason } = event
    if (kind !== 'restarted' && kind !== 'failed' && kind !== 'stalled' && kind !== 'recovered') return
    const app = this.context.apps.find(tenant, job)
    if (app !== null) this.note(app, { kind, reason, ...('code' in event && { code: event.code }) })
  }

  /** No app is started any more; resolves when no change is under way. */
  async close(): Promise<void> {
    this.closing = true
    await this.changes.settled()
  }

  private async start(app: App): Promise<void> {
    try {
      const isLost = await this.lostAlerts(app)
      await this.run(app)
      await this.withdraw(app, isLost)
      this.note(app, { kind: 'started' })
    } catch (error) {
      const { code, reason } = this.failed(app, error)
      // A job that failed told of it.
      if (!(error instanceof JobFailed)) this.note(app, { kind: 'failed', code, reason })
      throw error
    }
  }

  /** After the server started. */
  private async startAgain(app: App): Promise<NewAppEvent> {
    const { apps } = this.context
    const { tenant, name, version } = app
    const event = { tenant, app: name, version }
    try {
      // A crash may have put off a fresh start, or that of what was deployed.
      const isFirst = app.begin.fresh === true || apps.history.startedVersion(tenant, name) !== version
      const isLost = isFirst ? await this.lostAlerts(app) : null
      await this.run(app)
      if (isLost !== null) await this.withdraw(app, isLost)
      return { ...event, kind: 'started', reason: 'the server started' }
    } catch (error) {
      return { ...event, kind: 'failed', ...this.failed(app, error) }
    }
  }

  private async run(app: App): Promise<void> {
    const { apps, jobs, tenants, logger } = this.context
    const { tenant, name, plan, params, begin } = app
    const { stateBytes, keys } = tenants.quotasOf(tenant)
    await this.stop(app)
    const quota = { stateBytes: stateBytes ?? Number.MAX_SAFE_INTEGER, keys: keys ?? Number.MAX_SAFE_INTEGER }
    // Always an upgrade: nobody knows whether the last start with another plan was reached.
    await jobs.start({ tenant, job: name, plan, params, quota }, { ...begin, upgrade: begin.fresh !== true })
    apps.began(app)
    this.keepEpoch(app)
    logger.info({ tenant, app: name, version: app.version }, 'app started')
  }

  /** What retention dropped is not computed anew: its results stay. */
  private keepEpoch({ tenant, name, plan }: App): void {
    const { apps, log } = this.context
    const { epoch, begin } = this.job(tenant, name) ?? { epoch: 0, begin: 0 }
    const dropped = Object.keys(plan.streams).map((stream) => log.stream(tenant, stream)?.droppedUpTo ?? 0)
    // The first replaces nothing.
    if (epoch > 1) apps.epochs.began(tenant, name, { epoch, after: Math.max(begin, ...dropped) })
  }

  /** The app runs, whatever becomes of this. */
  private async withdraw({ tenant, name }: App, isLost: (output: string) => boolean): Promise<void> {
    const { alerts, logger } = this.context
    const epoch = this.job(tenant, name)?.epoch ?? 0
    await alerts.withdraw(tenant, name, epoch, isLost).catch((error: unknown) => logger.error({ tenant, app: name, err: error }, 'alerts not withdrawn'))
  }

  /** Outputs whose open alerts nobody will ever clear: the state that would is not that of the new run. */
  private async lostAlerts({ tenant, name, plan, begin }: App): Promise<(output: string) => boolean> {
    if (begin.fresh === true) return () => true
    const fates = await this.context.jobs.compare({ tenant, job: name, plan })
    const dropped = new Set(fates.flatMap(({ kind, name: of, fate }) => (kind === 'operator' && fate === 'dropped' ? [of] : [])))
    const kept = new Set(alertOutputsOf(plan).flatMap(({ output, alert }) => (dropped.has(alert.id) ? [] : [output])))
    return (output) => !kept.has(output)
  }

  /** Keeps why the app could not start. */
  private failed({ tenant, name }: App, error: unknown): { readonly code: string; readonly reason: string } {
    const code = error instanceof MillraceError || (error instanceof Error && 'code' in error) ? String(error.code) : 'JOB_FAULT'
    const reason = error instanceof Error ? error.message : String(error)
    this.context.logger.error({ tenant, app: name, code, err: error }, 'app not started')
    this.context.apps.failed(tenant, name, { atMs: Date.now(), code, reason })
    return { code, reason }
  }

  private async stop({ tenant, name }: App, savepoint?: string): Promise<void> {
    const state = this.job(tenant, name)?.state
    if (state === 'running' || state === 'stopping') await this.context.jobs.stop(tenant, name, { savepoint })
    // It ran when it was asked for, but others were first.
    else if (savepoint !== undefined) throw new MillraceError('APP_NOT_RUNNING', { app: name })
  }

  private note({ tenant, name, version }: App, event: Pick<NewAppEvent, 'kind' | 'code' | 'reason'>): void {
    this.keep([{ tenant, app: name, version, ...event }])
  }

  /** What cannot be kept stands in the server's log; it holds up no app. */
  private keep(events: readonly NewAppEvent[]): void {
    try {
      this.context.apps.history.add(events)
    } catch (err) {
      this.context.logger.error({ events, err }, 'what happened to apps could not be kept')
    }
  }
}
