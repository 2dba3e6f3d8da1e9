import { isDeepStrictEqual } from 'node:util'
import { compareState, membersOfSnapshot, type StateFate } from '@millrace/engine'
import { type Files, type Log, nodeFiles } from '@millrace/log'
import { limits, MillraceError } from '@millrace/plan'
import type { JobEvent } from './events.ts'
import { type JobSpec, markStream, type StartOptions } from './job-spec.ts'
import { readMark, settledAt } from './mark.ts'
import type { RunFigures } from './messages.ts'
import { WorkerPool } from './pool/worker-pool.ts'
import { ResumedStreams } from './resumed-streams.ts'
import { type Begin, beginOf, newestOf } from './running/begin.ts'
import type { Ended } from './running/ended.ts'
import type { SnapshotFigures } from './running/kept-state.ts'
import type { ParallelismFigures } from './running/parallelism.ts'
import { pinOf } from './running/run-spec.ts'
import { type JobState, RunningJob } from './running/running-job.ts'
import { type Group, groupsOf, isGroup } from './running/shared-groups.ts'
import { SnapshotFolders } from './snapshots/snapshot-folders.ts'
import type { SnapshotStore } from './snapshots/snapshot-store.ts'
import { TenantClock } from './tenant-clock.ts'

export interface JobsOptions {
  readonly log: Log
  /** Where snapshots lie; beside the log's folder. */
  readonly directory: string
  readonly files?: Files
  /** Threads that run jobs; 0: this one. Default 1. */
  readonly workers?: number
  /** A job that took entries since its last snapshot takes one after this time. Default 30 s. */
  readonly snapshotEveryMs?: number
  /**
   * The log's time is the clock's: ticks are appended when a deadline comes, and a restart is not idleness (semantics T5).
   * False where the log's time derives from the data (T8). Default true.
   */
  readonly live?: boolean
  /** Results of a job that wait until they are so many are appended together; rows. Default 16,384: large appends, none that holds up others for long. */
  readonly handOverRows?: number
  /** A job that takes none of the records that wait for so long is stalled. Default 60 s. */
  readonly stalledAfterMs?: number
  /** Before a run that ended a second time without getting anywhere goes on; twice as long each further time. Default 1 s. */
  readonly restartMs?: number
  readonly report?: (event: JobEvent) => void
}

export interface JobStatus {
  readonly tenant: string
  readonly job: string
  readonly state: JobState
  /** Results caused by entries up to this sequence are in the log. */
  readonly position: number
  readonly epoch: number
  /** Where the epoch began: its results are those of entries behind this sequence. */
  readonly begin: number
  /** Parts that it runs in, and why. */
  readonly parallelism: ParallelismFigures
  /** Last snapshot since the start; null: none yet. */
  readonly snapshot: SnapshotFigures | null
  /** Log time since when records wait and none is taken; null: it goes on. */
  readonly stalledMs: number | null
  /** Runs that ended before their time, the newest last. */
  readonly ended: readonly Ended[]
}

const defaultSnapshotEveryMs = 30_000
const defaultHandOverRows = 16_384
/** How often is looked whether a job should run in more or fewer parts. */
const measureEveryMs = 250
const defaultStalledAfterMs = 60_000
const defaultRestartMs = 1000

/** Jobs over a log: each goes on from where it was, whatever ended it, and every result is in the log exactly once. */
export class Jobs {
  private readonly log: Log
  private readonly snapshots: SnapshotFolders
  private readonly pool: WorkerPool
  private readonly live: boolean
  private readonly handOverRows: number
  private readonly stalledAfterMs: number
  private readonly restartMs: number
  private readonly report: (event: JobEvent) => void
  private readonly jobs = new Map<string, RunningJob>()
  /** Jobs of a tenant, until one is started or goes: its clock asks for them at every entry. */
  private readonly byTenant = new Map<string, readonly RunningJob[]>()
  private readonly clocks = new Map<string, TenantClock>()
  private readonly resumed: ResumedStreams
  private readonly timer: NodeJS.Timeout
  private readonly measuring: NodeJS.Timeout
  private readonly snapshotEveryMs: number

  constructor({
    log,
    directory,
    files = nodeFiles,
    workers = 1,
    snapshotEveryMs = defaultSnapshotEveryMs,
    live = true,
    handOverRows = defaultHandOverRows,
    stalledAfterMs = defaultStalledAfterMs,
    restartMs = defaultRestartMs,
    report = () => {},
  }: JobsOptions) {
    this.log = log
    this.snapshots = new SnapshotFolders(files, directory)
    this.resumed = new ResumedStreams(log)
    this.pool = new WorkerPool(workers)
    this.live = live
    this.handOverRows = handOverRows
    this.stalledAfterMs = stalledAfterMs
    this.restartMs = restartMs
    this.report = report
    this.snapshotEveryMs = snapshotEveryMs
    this.timer = setInterval(() => this.look(), Math.min(1000, snapshotEveryMs, stalledAfterMs / 2)).unref()
    this.measuring = setInterval(() => this.measure(), measureEveryMs).unref()
  }

  /**
   * While nothing ran, no stream was idle: its time stood still from the log's last entry until now (semantics T5). Called with all that will
   * be started, before anything else is appended, that is exact for all of them; what is not among them is taken when it is started.
   */
  async resume(specs: Iterable<Pick<JobSpec, 'tenant' | 'plan'>>): Promise<void> {
    if (this.live) await this.resumed.resume(specs)
  }

  /** Starts a job, where it was or as the options say; resolves when it takes its input. */
  async start(spec: JobSpec, options: StartOptions = {}): Promise<void> {
    const key = keyOf(spec.tenant, spec.job)
    checkName(spec.job)
    if (this.jobs.get(key)?.state === 'running' || this.jobs.get(key)?.state === 'stopping')
      throw new MillraceError('JOB_RUNS', { tenant: spec.tenant, job: spec.job })
    await this.resume([spec])
    const store = this.snapshots.of(spec.tenant, spec.job)
    if (options.upgrade === true) await this.finishOldPlan(spec, store)
    const begin = await beginOf(this.log, store, spec, options)
    await this.log.setRetention(spec.tenant, markStream(spec.job), { maxAgeMs: null, maxBytes: null, lastOnly: true })
    await this.log.pin(pinOf(spec, Math.min(begin.position, (await store.oldestPosition()) ?? begin.position) + 1, this.live))
    const job = new RunningJob(spec, begin, {
      log: this.log,
      pool: this.pool,
      store,
      upgrade: options.upgrade === true,
      live: this.live,
      handOverRows: this.handOverRows,
      restartMs: this.restartMs,
      again: () => beginOf(this.log, store, spec, { upgrade: options.upgrade }),
      report: this.report,
      settled: () => this.clocks.get(spec.tenant)?.changed(),
    })
    this.jobs.set(key, job)
    this.byTenant.delete(spec.tenant)
    if (this.live && !this.clocks.has(spec.tenant)) this.clocks.set(spec.tenant, new TenantClock(spec.tenant, this.log, () => this.jobsOf(spec.tenant)))
    await job.until(() => job.canSnapshot)
    if (options.upgrade === true && !isLike(begin, spec)) await job.snapshot()
  }

  /** What would become of a job's state if it went on with another plan. */
  async compare({ tenant, job, plan }: Pick<JobSpec, 'tenant' | 'job' | 'plan'>): Promise<readonly StateFate[]> {
    // A job that runs may have no snapshot of its plan yet: it takes one when it stops for the other.
    const before = this.jobs.get(keyOf(tenant, job))?.spec.plan ?? (await this.snapshots.of(tenant, job).newest()).snapshot?.trailer.plan
    return before === undefined ? [] : compareState(before, plan)
  }

  /**
   * Starts many jobs of a tenant; those that differ only in constants and params share their work (`shapeOf`), in jobs
   * called `shared-...`. Jobs that never ran begin as the options say. Specs may be made one after the other: not all plans are kept.
   */
  async startAll(tenant: string, specs: Iterable<JobSpec>, options: Pick<StartOptions, 'from'> = {}): Promise<void> {
    const { alone, known, begun } = groupsOf(specs, await this.groups(tenant))
    for (const spec of alone) await this.start(spec, options)
    for (const group of [...known, ...begun]) await this.start(sharedSpec(tenant, group), options)
    // Who belongs to a group stands in its snapshots.
    for (const { job } of begun) await this.snapshot(tenant, job)
  }

  /** Ends a job with a snapshot: started again, it goes on from there. With `savepoint` that state is kept under the name as well. */
  async stop(tenant: string, job: string, options: { readonly savepoint?: string } = {}): Promise<void> {
    await this.get(tenant, job).stop()
    if (options.savepoint !== undefined) await this.snapshots.of(tenant, job).keepAs(options.savepoint)
    this.jobs.delete(keyOf(tenant, job))
    this.byTenant.delete(tenant)
  }

  /** Forgets a stopped job: its snapshots and savepoints go, the log keeps nothing for it any more. Its results and its mark stay in the log. */
  async forget(tenant: string, job: string): Promise<void> {
    const state = this.jobs.get(keyOf(tenant, job))?.state
    if (state === 'running' || state === 'stopping') throw new MillraceError('JOB_RUNS', { tenant, job })
    this.jobs.delete(keyOf(tenant, job))
    this.byTenant.delete(tenant)
    await this.snapshots.of(tenant, job).erase()
    await this.log.unpin(tenant, job)
  }

  /** Forgets all stopped jobs of a tenant and those it ever had: nothing of them is left on the disk. */
  async forgetTenant(tenant: string): Promise<void> {
    for (const { spec } of this.jobsOf(tenant)) await this.forget(tenant, spec.job)
    this.clocks.get(tenant)?.close()
    this.clocks.delete(tenant)
    await this.snapshots.erase(tenant)
  }

  /** Takes a snapshot now; resolves when it is durable. */
  async snapshot(tenant: string, job: string): Promise<void> {
    await this.get(tenant, job).snapshot()
  }

  /** Has a job go on in so many parts, at most those of its spec, from the next place where it can; resolves when they take its input. */
  async spread(tenant: string, job: string, parts: number): Promise<void> {
    await this.get(tenant, job).spreadOver(parts)
  }

  /** Resolves when the job has taken all that the log has for it, and its results are in the log. */
  async settle(tenant: string, job: string): Promise<void> {
    await this.get(tenant, job).settle()
  }

  /** Log time at which a tick would change something for the job, once it is settled; null: none would. */
  nextTickMs(tenant: string, job: string): number | null {
    return this.get(tenant, job).nextTickMs
  }

  status(tenant: string, job: string): JobStatus {
    return statusOf(this.get(tenant, job))
  }

  /** Null: there is no such job. */
  find(tenant: string, job: string): JobStatus | null {
    const found = this.jobs.get(keyOf(tenant, job))
    return found === undefined ? null : statusOf(found)
  }

  /** What a job counts and holds, by part. */
  figures(tenant: string, job: string): Promise<readonly RunFigures[]> {
    return this.get(tenant, job).figures()
  }

  list(): readonly JobStatus[] {
    return [...this.jobs.values()].map(statusOf)
  }

  savepoints(tenant: string, job: string): Promise<readonly string[]> {
    return this.snapshots.of(tenant, job).savepoints()
  }

  /** Errors: JOB_SAVEPOINT_UNKNOWN. */
  async removeSavepoint(tenant: string, job: string, savepoint: string): Promise<void> {
    const savepoints = await this.savepoints(tenant, job)
    if (!savepoints.includes(savepoint)) throw new MillraceError('JOB_SAVEPOINT_UNKNOWN', { job, savepoint, savepoints: savepoints.join(', ') || 'none' })
    await this.snapshots.of(tenant, job).removeSavepoint(savepoint)
  }

  /** Ends a thread of the pool, for one that hangs: its jobs go on from their snapshots on another. */
  restartThread(thread: number): Promise<void> {
    return this.pool.end(thread)
  }

  /** Ends all jobs, each with a snapshot. */
  async close(): Promise<void> {
    this.stopTimers()
    await Promise.all([...this.jobs.values()].map((job) => (job.state === 'running' ? job.stop().catch(() => {}) : undefined)))
    await this.pool.close()
  }

  /** New code never takes input that the old one has given results for: after a crash the old plan goes on to where it was. */
  private async finishOldPlan(spec: JobSpec, store: SnapshotStore): Promise<void> {
    const last = await this.log.last(spec.tenant, markStream(spec.job))
    if (last === null) return
    const mark = readMark(last)
    const { snapshot } = await newestOf(store, mark.epoch)
    if (snapshot === null || snapshot.trailer.position >= settledAt(mark)) return
    const { plan, params } = snapshot.trailer
    await this.start({ ...spec, plan, params })
    await this.stop(spec.tenant, spec.job)
  }

  /** Ends all jobs at once, as a crash would: they go on from their last snapshots. */
  async abandon(): Promise<void> {
    this.stopTimers()
    for (const job of this.jobs.values()) job.abandon()
    await this.pool.close()
  }

  private stopTimers(): void {
    clearInterval(this.timer)
    clearInterval(this.measuring)
    for (const clock of this.clocks.values()) clock.close()
  }

  private get(tenant: string, job: string): RunningJob {
    const found = this.jobs.get(keyOf(tenant, job))
    if (found !== undefined) return found
    throw new MillraceError('JOB_UNKNOWN', {
      tenant,
      job,
      jobs:
        this.jobsOf(tenant)
          .map(({ spec }) => spec.job)
          .join(', ') || 'none',
    })
  }

  private jobsOf(tenant: string): readonly RunningJob[] {
    const known = this.byTenant.get(tenant) ?? [...this.jobs.values()].filter(({ spec }) => spec.tenant === tenant)
    this.byTenant.set(tenant, known)
    return known
  }

  /** Shared jobs that left a snapshot, and their members. */
  private async groups(tenant: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const groups = new Map<string, ReadonlySet<string>>()
    for (const job of (await this.snapshots.list(tenant)).filter(isGroup)) {
      const { snapshot } = await this.snapshots.of(tenant, job).newest()
      if (snapshot !== null) groups.set(job, new Set(membersOfSnapshot(snapshot.parts[0] as Uint8Array)))
    }
    return groups
  }

  private look(): void {
    for (const job of this.jobs.values()) {
      if (job.snapshotDue(this.snapshotEveryMs)) job.snapshot().catch(() => {})
      job.look(this.stalledAfterMs)
    }
  }

  private measure(): void {
    for (const job of this.jobs.values()) job.measure().catch(() => {})
  }
}

/** The state was left by the same plan and params: nobody would go on from it with others. */
function isLike({ snapshot }: Begin, { plan, params = {} }: JobSpec): boolean {
  const left = snapshot?.trailer
  return left !== undefined && isDeepStrictEqual(left.plan, plan) && isDeepStrictEqual(left.params, params)
}

function statusOf({ spec, state, mark, parallelism, lastSnapshot, stalledMs, ended }: RunningJob): JobStatus {
  const { tenant, job } = spec
  return {
    tenant,
    job,
    state,
    position: mark.position,
    epoch: mark.epoch,
    begin: mark.begin,
    parallelism: parallelism.figures,
    snapshot: lastSnapshot,
    stalledMs,
    ended,
  }
}

function sharedSpec(tenant: string, { job, first, members }: Group): JobSpec {
  return { tenant, job, plan: first.plan, params: first.params, members }
}

function keyOf(tenant: string, name: string): string {
  return `${tenant}\n${name}`
}

function checkName(job: string): void {
  if (!/^[a-z][a-z0-9_-]*$/i.test(job) || job.length > limits.nameLength) throw new MillraceError('JOB_NAME', { job, limit: limits.nameLength })
}
