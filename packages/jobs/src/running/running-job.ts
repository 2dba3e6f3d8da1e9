import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { JobEvent } from '../events.ts'
import type { JobSpec } from '../job-spec.ts'
import { type Mark, settledAt } from '../mark.ts'
import type { Failure, Report, RunFigures } from '../messages.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'
import type { SnapshotStore } from '../snapshots/snapshot-store.ts'
import type { Begin } from './begin.ts'
import { Part, type PartListener } from './part.ts'
import { ResultAppends } from './result-appends.ts'
import { partsOf, pinOf, runSpec, streamsOf } from './run-spec.ts'
import { SnapshotRound } from './snapshot-round.ts'

export type JobState = 'running' | 'stopping' | 'stopped' | 'failed'

/** The last snapshot written. */
export interface SnapshotFigures {
  readonly position: number
  readonly bytes: number
  readonly writtenMs: number
  /** How long the job stood still for it, ms. */
  readonly pauseMs: number
  /** From its request until it was durable, ms. */
  readonly tookMs: number
}

/** Why a run ended before its time. */
export interface Ended {
  readonly atMs: number
  readonly code: string
  readonly reason: string
}

export interface RunningContext {
  readonly log: Log
  readonly pool: WorkerPool
  readonly store: SnapshotStore
  readonly upgrade: boolean
  readonly handOverRows: number
  /** Log time is the clock's. */
  readonly live: boolean
  /** Where the job begins once more, after a run of it ended. */
  again(): Promise<Begin>
  report(event: JobEvent): void
  /** Something changed that the tenant's clock may care for. */
  changed(): void
}

/** A job between the log and its runs: their input, their results, their snapshots, and what becomes of it when one ends. */
export class RunningJob implements PartListener {
  readonly spec: JobSpec
  /** When the last snapshot was durable or given up, or the job opened; monotonic, ms. */
  private sinceMs = performance.now()
  state: JobState = 'running'
  lastSnapshot: SnapshotFigures | null = null
  readonly ended: Ended[] = []
  private readonly context: RunningContext
  private parts: readonly Part[] = []
  private appends: ResultAppends
  private round: SnapshotRound | null = null
  private waiters: (() => void)[] = []
  private tries = 0
  private markAtTry = -1

  constructor(spec: JobSpec, begin: Begin, context: RunningContext) {
    this.spec = spec
    this.context = context
    this.appends = this.open(begin)
  }

  get mark(): Mark {
    return this.appends.mark
  }

  /** All that the log has was taken, and its results are in the log. */
  get settled(): boolean {
    return this.state === 'running' && this.appends.done && this.parts.length > 0 && this.parts.every((part) => part.settled)
  }

  /** When a tick would change something; null: none would, or nobody knows yet. */
  get nextTickMs(): number | null {
    const due = this.settled ? this.parts.flatMap((part) => part.nextTickMs ?? []) : []
    return due.length === 0 ? null : Math.min(...due)
  }

  /** Everything of its streams up to this sequence was handed to all parts. */
  get takenUpTo(): number {
    return Math.min(...this.parts.map((part) => part.handedOver))
  }

  get canSnapshot(): boolean {
    return this.state === 'running' && this.round === null && this.parts.length > 0 && this.parts.every((part) => part.opened)
  }

  /** Whether entries were taken since the last snapshot, and it is that long ago. */
  snapshotDue(everyMs: number): boolean {
    if (!this.canSnapshot || performance.now() - this.sinceMs < everyMs) return false
    return this.parts.some((part) => part.lastEntry > (this.lastSnapshot?.position ?? this.mark.begin))
  }

  /** Resolves when `met` holds or the job was stopped; throws what ended it otherwise. */
  async until(met: () => boolean): Promise<void> {
    while (!met()) {
      if (this.state === 'failed') throw new JobFailed(this.spec, this.ended.at(-1) as Ended)
      if (this.state === 'stopped') return
      await new Promise<void>((resolve) => this.waiters.push(resolve))
    }
  }

  /** Resolves when all that the log has now was taken, and its results are in the log. */
  settle(): Promise<void> {
    const streams = new Set(streamsOf(this.spec))
    const figures = this.context.log.streams(this.spec.tenant)
    const last = Math.max(0, ...figures.map(({ stream, lastSequence }) => (streams.has(stream) ? (lastSequence ?? 0) : 0)))
    return this.until(() => this.settled && this.takenUpTo >= last)
  }

  /** Takes a snapshot; resolves when it is durable, or was given up. */
  async snapshot(): Promise<void> {
    await this.until(() => this.canSnapshot)
    if (this.state !== 'running') return
    const round = new SnapshotRound(this.parts, settledAt(this.mark), false)
    this.round = round
    await this.until(() => this.round !== round)
  }

  /** Ends at a boundary between inputs, with a snapshot there. */
  async stop(): Promise<void> {
    await this.until(() => this.canSnapshot)
    if (this.state !== 'running') return
    this.state = 'stopping'
    this.round = new SnapshotRound(this.parts, settledAt(this.mark), true)
    await this.until(() => false)
  }

  /** Ends at once, without a snapshot. */
  abandon(): void {
    this.state = 'stopped'
    void this.close()
    this.changed()
  }

  figures(): Promise<readonly RunFigures[]> {
    return Promise.all(this.parts.map((part) => part.figures()))
  }

  results(part: Part, report: Extract<Report, { kind: 'results' }>): void {
    this.appends.handIn(part, report)
  }

  snapshotTaken(part: Part, report: Extract<Report, { kind: 'snapshot' }>): void {
    const { round } = this
    // State without its results in the log would lose them: they come first.
    if (round?.add(part, report)) this.appends.afterwards(() => this.write(round))
  }

  failed(_part: Part, { code, message, stack }: Failure): void {
    if (code === 'JOB_FAULT') void this.restart(code, `${message}\n${stack}`, true)
    else this.fail(code, message)
  }

  lost(_part: Part, reason: string, blamed: boolean): void {
    void this.restart('JOB_THREAD_ENDED', new MillraceError('JOB_THREAD_ENDED', { reason }).message, blamed)
  }

  changed(): void {
    const { waiters } = this
    this.waiters = []
    for (const waiter of waiters) waiter()
    this.context.changed()
  }

  private open(begin: Begin): ResultAppends {
    const { spec, context } = this
    for (const { file, reason } of begin.unusable) this.report({ kind: 'snapshot-unusable', file, reason })
    const of = partsOf(spec)
    const first = context.pool.quietest()
    this.parts = Array.from({ length: of }, (_, index) => new Part(index, context.log, spec.tenant, streamsOf(spec), begin.position, this))
    for (const part of this.parts) {
      const run = runSpec(spec, begin, context, of === 1 ? null : { index: part.index, of })
      part.open(context.pool, run, of === 1 ? null : first + part.index)
    }
    return new ResultAppends(begin.mark, begin.position, this.parts, {
      log: context.log,
      spec,
      waiting: (reason) => this.report({ kind: 'results-wait', reason }),
      failed: (code, reason) => this.fail(code, reason),
      changed: () => this.changed(),
    })
  }

  private async write(round: SnapshotRound): Promise<void> {
    const { spec, context, mark } = this
    const { position, pauseMs, states } = round
    const writtenMs = context.log.now()
    try {
      const head = { tenant: spec.tenant, job: spec.job, position, epoch: mark.epoch, plan: spec.plan, params: spec.params ?? {}, writtenMs }
      const bytes = await context.store.write(head, states)
      this.lastSnapshot = { position, bytes, writtenMs, pauseMs, tookMs: round.tookMs }
      const oldest = (await context.store.oldestPosition()) ?? mark.begin
      await context.log.pin(pinOf(spec, oldest + 1, context.live))
    } catch (error) {
      this.report({ kind: 'snapshot-failed', reason: String(error) })
    }
    round.release()
    this.round = null
    this.sinceMs = performance.now()
    if (round.stop && this.state === 'stopping') {
      this.state = 'stopped'
      void this.close()
    }
    this.changed()
  }

  /** Goes on from the last snapshot, unless it ends again and again without getting anywhere. */
  private async restart(code: string, reason: string, blamed: boolean): Promise<void> {
    if (this.state === 'failed' || this.state === 'stopped' || this.parts.length === 0) return
    const closed = this.close()
    this.ended.push({ atMs: this.context.log.now(), code, reason })
    if (this.mark.position > this.markAtTry) this.tries = 0
    this.markAtTry = this.mark.position
    if (blamed && ++this.tries >= maxTries) {
      this.fail(code, reason)
      return
    }
    this.report({ kind: 'restarted', reason })
    await closed
    try {
      const begin = await this.context.again()
      this.appends = this.open(begin)
      if (this.state === 'stopping') this.round = new SnapshotRound(this.parts, settledAt(this.mark), true)
    } catch (error) {
      this.fail(error instanceof MillraceError ? error.code : 'JOB_FAULT', String(error))
    }
    this.changed()
  }

  private fail(code: string, reason: string): void {
    if (this.state === 'failed') return
    this.state = 'failed'
    this.ended.push({ atMs: this.context.log.now(), code, reason })
    void this.close()
    this.report({ kind: 'failed', code, reason })
    this.changed()
  }

  /** Resolves once nothing of the runs is on its way to the log any more. */
  private close(): Promise<void> {
    this.round = null
    for (const part of this.parts) part.close()
    this.parts = []
    return this.appends.close()
  }

  private report(event: JobEventOf): void {
    this.context.report({ ...event, tenant: this.spec.tenant, job: this.spec.job })
  }
}

/** An event but for whose it is. */
type JobEventOf = JobEvent extends infer E ? (E extends JobEvent ? Omit<E, 'tenant' | 'job'> : never) : never

/** What ended a job. */
export class JobFailed extends Error {
  readonly code: string

  constructor({ tenant, job }: JobSpec, { code, reason }: Ended) {
    super(`The job ${job} of the tenant ${tenant} ended: ${reason}`)
    this.name = 'JobFailed'
    this.code = code
  }
}

/** How often a run may end during its own turn without any progress before the job is given up. */
const maxTries = 3
