import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { JobEvent } from '../events.ts'
import type { JobSpec } from '../job-spec.ts'
import { type Mark, settledAt } from '../mark.ts'
import type { Failure, Report, RunFigures } from '../messages.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'
import type { SnapshotStore } from '../snapshots/snapshot-store.ts'
import type { Begin } from './begin.ts'
import { idleMs } from './look.ts'
import type { Parallelism } from './parallelism.ts'
import { Part, type PartListener } from './part.ts'
import { ResultAppends } from './result-appends.ts'
import { parallelismOf, pinOf, runSpec, streamsOf } from './run-spec.ts'
import { SnapshotRound } from './snapshot-round.ts'
import { nothingSpent, spentBy, withSpent } from './spent.ts'
import { Standstill } from './standstill.ts'

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
  /** Before a run that ended a second time without getting anywhere goes on; twice as long each further time. */
  readonly restartMs: number
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
  readonly parallelism: Parallelism
  private readonly standstill = new Standstill()
  private readonly context: RunningContext
  private parts: readonly Part[] = []
  /** Of the first part among the pool's threads. */
  private place = 0
  /** By parts that gave way to as many others. */
  private spent = nothingSpent
  private isMeasuring = false
  private appends: ResultAppends
  private round: SnapshotRound | null = null
  private waiters: (() => void)[] = []
  private tries = 0
  private markAtTry = -1
  /** Ends the pause before the next run; null: there is none. */
  private endPause: (() => void) | null = null
  /** Why results last had to wait. */
  private waitReason: string | null = null

  constructor(spec: JobSpec, begin: Begin, context: RunningContext) {
    this.spec = spec
    this.context = context
    this.parallelism = parallelismOf(spec, context.pool.size)
    this.appends = this.open(begin, context.pool.quietest())
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

  /** Log time since when records wait and none is taken; null: it goes on. */
  get stalledMs(): number | null {
    return this.standstill.sinceMs
  }

  /** Everything of its streams up to this sequence was handed to all parts. */
  get takenUpTo(): number {
    return Math.min(...this.parts.map((part) => part.handedOver))
  }

  private get isOver(): boolean {
    return this.state === 'failed' || this.state === 'stopped'
  }

  get canSnapshot(): boolean {
    return this.state === 'running' && this.round === null && this.parts.length > 0 && this.parts.every((part) => part.opened)
  }

  /** Whether entries were taken since the last snapshot, and it is that long ago. */
  snapshotDue(everyMs: number): boolean {
    if (!this.canSnapshot || performance.now() - this.sinceMs < everyMs) return false
    return this.parts.some((part) => part.lastEntry > (this.lastSnapshot?.position ?? this.mark.begin))
  }

  /** Looks whether it got anywhere since the last look. */
  look(stalledAfterMs: number): void {
    const progress = this.parts.reduce((sum, { steps }) => sum + steps, 0)
    const changed = this.standstill.look(this.state !== 'running' || this.settled, progress, stalledAfterMs, this.context.log.now())
    if (changed === 'stalled')
      this.report({ kind: 'stalled', reason: `records wait, and none was taken for ${stalledAfterMs} ms. ${this.waitReason ?? ''}`.trim() })
    if (changed === 'recovered' && this.state === 'running') this.report({ kind: 'recovered', reason: 'it goes on' })
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
    const round = await this.askForState(false, (taken) => this.write(taken))
    await this.until(() => this.round !== round)
  }

  /** Ends at a boundary between inputs, with a snapshot there. */
  async stop(): Promise<void> {
    this.endPause?.()
    const round = await this.askForState(true, (taken) => this.write(taken))
    if (round === null) return
    this.state = 'stopping'
    await this.until(() => false)
  }

  /** Goes on in so many parts, as far as its plan allows; resolves when they are open. */
  async spreadOver(parts: number): Promise<void> {
    this.parallelism.want(parts)
    await this.respread()
  }

  /** Looks at how it does, and goes on in more or fewer parts where that says so. */
  async measure(): Promise<void> {
    const { parts, parallelism } = this
    if (!parallelism.measured || this.isMeasuring || !this.canSnapshot) return
    const waiting = parts.some(({ caughtUp }) => caughtUp)
    // Of thousands of jobs most have nothing to do.
    if (waiting && parts.length === 1) {
      parallelism.keptUp()
      return
    }
    this.isMeasuring = true
    try {
      const figures = await this.figures()
      if (this.parts !== parts || !this.canSnapshot) return
      const waits = parts.reduce((sum, part) => sum + part.waits, 0)
      parallelism.look({ atMs: performance.now(), idleMs: idleMs(), figures, waits, waiting })
      await this.respread()
    } finally {
      this.isMeasuring = false
    }
  }

  /** Ends at once, without a snapshot. */
  abandon(): void {
    this.state = 'stopped'
    void this.close()
    this.changed()
  }

  async figures(): Promise<readonly RunFigures[]> {
    const { parts } = this
    try {
      return withSpent(await Promise.all(parts.map((part) => part.figures())), this.spent)
    } catch (error) {
      // Other parts took their place before they answered.
      if (this.parts === parts || this.parts.length === 0) throw error
      return this.figures()
    }
  }

  results(part: Part, report: Extract<Report, { kind: 'results' }>): void {
    this.waitReason = null
    this.appends.handIn(part, report)
  }

  snapshotTaken(part: Part, report: Extract<Report, { kind: 'snapshot' }>): void {
    const { round } = this
    // State without its results in the log would lose them: they come first.
    if (round?.add(part, report)) this.appends.afterwards(() => round.taken(round))
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

  private open(begin: Begin, place: number): ResultAppends {
    const { spec, context, parallelism } = this
    for (const { file, reason } of begin.unusable) this.report({ kind: 'snapshot-unusable', file, reason })
    const of = parallelism.parts
    this.place = place
    this.parts = Array.from({ length: of }, (_, index) => new Part(index, context.log, spec.tenant, streamsOf(spec), begin.position, this))
    for (const part of this.parts) {
      const run = runSpec(spec, begin, context, of === 1 ? null : { index: part.index, of })
      part.open(context.pool, run, place + part.index)
    }
    parallelism.opened()
    return new ResultAppends(begin.mark, begin.position, this.parts, {
      log: context.log,
      spec,
      waiting: (reason) => {
        this.waitReason = reason
        this.report({ kind: 'results-wait', reason })
      },
      failed: (code, reason) => this.fail(code, reason),
      changed: () => this.changed(),
    })
  }

  /** Asks all parts for their state, as soon as they can give it; null: the job ended before. */
  private async askForState(stop: boolean, taken: (round: SnapshotRound) => Promise<void>): Promise<SnapshotRound | null> {
    let round: SnapshotRound | null = null
    await this.until(() => {
      if (!this.canSnapshot) return false
      round = new SnapshotRound(this.parts, settledAt(this.mark), stop, taken)
      this.round = round
      return true
    })
    return round
  }

  private async respread(): Promise<void> {
    await this.until(() => this.canSnapshot)
    if (this.parallelism.parts === this.parts.length) return
    await this.askForState(true, (round) => this.goOn(round))
    await this.until(() => this.canSnapshot)
  }

  /** Other parts go on with the state, as many as are wanted now. */
  private async goOn(round: SnapshotRound): Promise<void> {
    const spent = spentBy(await this.figures())
    if (this.round !== round) return
    const { mark, place } = this
    const { position, states } = round
    this.spent = spent
    void this.close()
    this.appends = this.open({ mark, position, snapshot: { parts: states }, unusable: [] }, place)
    this.changed()
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
    if (this.round === round) this.round = null
    this.sinceMs = performance.now()
    if (round.stop && this.state === 'stopping') {
      this.state = 'stopped'
      void this.close()
    }
    this.changed()
  }

  /** Goes on from the last snapshot, unless it ends again and again without getting anywhere. */
  private async restart(code: string, reason: string, blamed: boolean): Promise<void> {
    if (this.isOver || this.parts.length === 0) return
    const closed = this.close()
    this.ended.push({ atMs: this.context.log.now(), code, reason })
    if (this.mark.position > this.markAtTry) this.tries = 0
    this.markAtTry = this.mark.position
    if (blamed && ++this.tries >= maxTries) {
      this.fail(code, reason)
      return
    }
    this.report({ kind: 'restarted', code, reason })
    await closed
    if (blamed && this.tries > 1) await this.pause(this.context.restartMs * 2 ** (this.tries - 2))
    if (this.isOver) return
    try {
      const begin = await this.context.again()
      this.appends = this.open(begin, this.context.pool.quietest())
      if (this.state === 'stopping') this.round = new SnapshotRound(this.parts, settledAt(this.mark), true, (taken) => this.write(taken))
    } catch (error) {
      this.fail(error instanceof MillraceError ? error.code : 'JOB_FAULT', String(error))
    }
    this.changed()
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
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
    this.endPause?.()
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
const maxTries = 5
