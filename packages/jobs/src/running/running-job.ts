import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { JobEvent } from '../events.ts'
import type { JobSpec } from '../job-spec.ts'
import { type Mark, settledAt } from '../mark.ts'
import type { Failure, Report, RunFigures } from '../messages.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'
import type { SnapshotStore } from '../snapshots/snapshot-store.ts'
import type { Begin } from './begin.ts'
import { type Ended, JobFailed } from './ended.ts'
import { KeptState, type SnapshotFigures } from './kept-state.ts'
import { idleMs } from './look.ts'
import type { Parallelism } from './parallelism.ts'
import { Part, type PartListener } from './part.ts'
import { noParts, Parts } from './parts.ts'
import { Restarts } from './restarts.ts'
import { ResultAppends } from './result-appends.ts'
import { parallelismOf, runSpec, streamsOf } from './run-spec.ts'
import { SnapshotRound } from './snapshot-round.ts'
import { nothingSpent, type Spent, spentBy } from './spent.ts'
import { Standstill } from './standstill.ts'

export type JobState = 'running' | 'stopping' | 'stopped' | 'failed'

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
  /** All was taken: the tenant's clock may have another deadline. */
  settled(): void
}

/** A job between the log and its runs: their input, their results, their snapshots, and what becomes of it when one ends. */
export class RunningJob implements PartListener {
  readonly spec: JobSpec
  state: JobState = 'running'
  readonly ended: Ended[] = []
  readonly parallelism: Parallelism
  private readonly keptState: KeptState
  private readonly standstill = new Standstill()
  private readonly context: RunningContext
  private parts = noParts
  private isMeasuring = false
  private appends: ResultAppends
  private round: SnapshotRound | null = null
  private waiters: (() => void)[] = []
  private readonly restarts: Restarts
  /** Why results last had to wait. */
  private waitReason: string | null = null

  constructor(spec: JobSpec, begin: Begin, context: RunningContext) {
    this.spec = spec
    this.context = context
    this.parallelism = parallelismOf(spec, context.pool.size)
    this.keptState = new KeptState(spec, context)
    this.restarts = new Restarts(context.restartMs)
    this.appends = this.open(begin, context.pool.quietest(), nothingSpent)
  }

  get mark(): Mark {
    return this.appends.mark
  }

  /** Null: none was written since the start. */
  get lastSnapshot(): SnapshotFigures | null {
    return this.keptState.last
  }

  /** All that the log has was taken, and its results are in the log. */
  get settled(): boolean {
    return this.state === 'running' && this.appends.done && this.parts.settled
  }

  /** When a tick would change something; null: none would, or nobody knows yet. */
  get nextTickMs(): number | null {
    return this.settled ? this.parts.nextTickMs : null
  }

  /** Log time since when records wait and none is taken; null: it goes on. */
  get stalledMs(): number | null {
    return this.standstill.sinceMs
  }

  /** Everything of its streams up to this sequence was handed to all parts. */
  get takenUpTo(): number {
    return this.parts.handedOver
  }

  private get isOver(): boolean {
    return this.state === 'failed' || this.state === 'stopped'
  }

  get canSnapshot(): boolean {
    return this.state === 'running' && this.round === null && this.parts.opened
  }

  /** Whether entries were taken since the last snapshot, and it is that long ago. */
  snapshotDue(everyMs: number): boolean {
    return this.canSnapshot && this.keptState.isDue(everyMs, this.parts.lastEntry, this.mark)
  }

  /** Looks whether it got anywhere since the last look. */
  look(stalledAfterMs: number): void {
    const changed = this.standstill.look(this.state !== 'running' || this.settled, this.parts.steps, stalledAfterMs, this.context.log.now())
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
    this.restarts.cut()
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
    const { waiting } = parts
    // Of thousands of jobs most have nothing to do.
    if (waiting && parts.count === 1) {
      parallelism.keptUp()
      return
    }
    this.isMeasuring = true
    try {
      const figures = await this.figures()
      if (this.parts !== parts || !this.canSnapshot) return
      parallelism.look({ atMs: performance.now(), idleMs: idleMs(), figures, waits: parts.waits, waiting })
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
      return await parts.figures()
    } catch (error) {
      // Other parts took their place before they answered.
      if (this.parts === parts || this.parts === noParts) throw error
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
    // Only then is it known when a tick would change something.
    if (this.settled) this.context.settled()
  }

  private open(begin: Begin, place: number, spent: Spent): ResultAppends {
    const { spec, context, parallelism } = this
    for (const { file, reason } of begin.unusable) this.report({ kind: 'snapshot-unusable', file, reason })
    const of = parallelism.parts
    const parts = Array.from({ length: of }, (_, index) => new Part(index, context.log, spec.tenant, streamsOf(spec), begin.position, this))
    this.parts = new Parts(parts, place, spent)
    for (const part of parts) {
      const run = runSpec(spec, begin, context, of === 1 ? null : { index: part.index, of })
      part.open(context.pool, run, place + part.index)
    }
    parallelism.opened()
    return new ResultAppends(begin.mark, begin.position, parts, {
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
      round = new SnapshotRound(this.parts.all, settledAt(this.mark), stop, taken)
      this.round = round
      return true
    })
    return round
  }

  private async respread(): Promise<void> {
    await this.until(() => this.canSnapshot)
    if (this.parallelism.parts === this.parts.count) return
    await this.askForState(true, (round) => this.goOn(round))
    await this.until(() => this.canSnapshot)
  }

  /** Other parts go on with the state, as many as are wanted now. */
  private async goOn(round: SnapshotRound): Promise<void> {
    const spent = spentBy(await this.figures())
    if (this.round !== round) return
    const { mark, parts } = this
    const { position, states } = round
    void this.close()
    this.appends = this.open({ mark, position, snapshot: { parts: states }, unusable: [] }, parts.place, spent)
    this.changed()
  }

  private async write(round: SnapshotRound): Promise<void> {
    try {
      await this.keptState.write(round, this.mark)
    } catch (error) {
      this.report({ kind: 'snapshot-failed', reason: String(error) })
    }
    round.release()
    if (this.round === round) this.round = null
    if (round.stop && this.state === 'stopping') {
      this.state = 'stopped'
      void this.close()
    }
    this.changed()
  }

  /** Goes on from the last snapshot, unless it ends again and again without getting anywhere. */
  private async restart(code: string, reason: string, blamed: boolean): Promise<void> {
    if (this.isOver || this.parts === noParts) return
    const { spent } = this.parts
    const closed = this.close()
    this.ended.push({ atMs: this.context.log.now(), code, reason })
    if (!this.restarts.again(this.mark.position, blamed)) {
      this.fail(code, reason)
      return
    }
    this.report({ kind: 'restarted', code, reason })
    await closed
    await this.restarts.pause(blamed)
    if (this.isOver) return
    try {
      const begin = await this.context.again()
      this.appends = this.open(begin, this.context.pool.quietest(), spent)
      if (this.state === 'stopping') this.round = new SnapshotRound(this.parts.all, settledAt(this.mark), true, (taken) => this.write(taken))
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
    this.restarts.cut()
    this.parts.close()
    this.parts = noParts
    return this.appends.close()
  }

  private report(event: JobEventOf): void {
    this.context.report({ ...event, tenant: this.spec.tenant, job: this.spec.job })
  }
}

/** An event but for whose it is. */
type JobEventOf = JobEvent extends infer E ? (E extends JobEvent ? Omit<E, 'tenant' | 'job'> : never) : never
