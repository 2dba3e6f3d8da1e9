import { spreadOf } from '@millrace/engine'
import type { Log, NewChunk, Pin } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { JobEvent } from '../events.ts'
import { clockStream, type JobSpec } from '../job-spec.ts'
import { type Mark, markChunk } from '../mark.ts'
import type { Failure, Report, RunFigures, RunSpec } from '../messages.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'
import type { SnapshotStore } from '../snapshots/snapshot-store.ts'
import type { Begin } from './begin.ts'
import { Part, type PartListener } from './part.ts'
import { PartResults } from './part-results.ts'

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
  state: JobState = 'running'
  mark: Mark
  lastSnapshot: SnapshotFigures | null = null
  readonly ended: Ended[] = []
  readonly openedMs: number
  private readonly context: RunningContext
  private parts: readonly Part[] = []
  private snapshots: PartSnapshots | null = null
  /** Resolves once the results handed over so far are in the log. */
  private appended: Promise<void> = Promise.resolve()
  /** Parts whose results are not all in the log, and up to where they came. */
  private readonly handedIn = new Map<Part, number>()
  /** Null: there is one part. */
  private partResults: PartResults | null = null
  private mergedUpTo = 0
  private tasks = 0
  private waiters: (() => void)[] = []
  private tries = 0
  private markAtTry = -1

  constructor(spec: JobSpec, begin: Begin, context: RunningContext) {
    this.spec = spec
    this.mark = begin.mark
    this.context = context
    this.openedMs = context.log.now()
    this.open(begin)
  }

  /** All that the log has was taken, and its results are in the log. */
  get settled(): boolean {
    return this.state === 'running' && this.handedIn.size === 0 && this.parts.length > 0 && this.parts.every((part) => part.settled)
  }

  /** When a tick would change something; null: none would, or nobody knows yet. */
  get nextTickMs(): number | null {
    const due = this.settled ? this.parts.flatMap((part) => part.nextTickMs ?? []) : []
    return due.length === 0 ? null : Math.min(...due)
  }

  get takenUpTo(): number {
    return Math.min(...this.parts.map((part) => part.handedOver))
  }

  get canSnapshot(): boolean {
    return this.state === 'running' && this.snapshots === null && this.parts.length > 0 && this.parts.every((part) => part.opened)
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
    const { tenant, plan } = this.spec
    const streams = new Set([...Object.keys(plan.streams), clockStream])
    const last = Math.max(0, ...this.context.log.streams(tenant).map(({ stream, lastSequence }) => (streams.has(stream) ? (lastSequence ?? 0) : 0)))
    return this.until(() => this.settled && this.takenUpTo >= last)
  }

  /** Takes a snapshot; resolves when it is durable. */
  async snapshot(): Promise<void> {
    await this.until(() => this.canSnapshot)
    const before = this.lastSnapshot
    this.request(false)
    await this.until(() => this.lastSnapshot !== before)
  }

  /** Ends at a boundary between inputs, with a snapshot there. */
  async stop(): Promise<void> {
    await this.until(() => this.canSnapshot)
    if (this.state !== 'running') return
    this.state = 'stopping'
    this.request(true)
    await this.until(() => false)
  }

  /** Ends at once, without a snapshot. */
  abandon(): void {
    this.state = 'stopped'
    this.close()
    this.changed()
  }

  figures(): Promise<readonly RunFigures[]> {
    return Promise.all(this.parts.map((part) => part.figures()))
  }

  results(part: Part, { position, chunks }: Extract<Report, { kind: 'results' }>): void {
    this.handedIn.set(part, position)
    if (this.partResults === null) this.appendNext(position, Promise.resolve(chunks))
    else {
      this.partResults.add(part.index, position, chunks)
      this.mergeNext(this.partResults)
    }
  }

  snapshotTaken(part: Part, report: Extract<Report, { kind: 'snapshot' }>): void {
    const { snapshots } = this
    if (snapshots === null) return
    snapshots.taken[part.index] = report
    if (snapshots.taken.filter((taken) => taken !== undefined).length < this.parts.length) return
    // State without its results in the log would lose them: they come first.
    this.appended = this.appended.then(() => this.write(snapshots))
    this.appended.catch(() => {})
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

  private open({ mark, position, snapshot, unusable }: Begin): void {
    const { spec, context } = this
    for (const { file, reason } of unusable) context.report({ kind: 'snapshot-unusable', tenant: spec.tenant, job: spec.job, file, reason })
    this.mark = mark
    const of = partsOf(spec)
    this.partResults = of === 1 ? null : new PartResults(of, position)
    this.mergedUpTo = position
    this.appended = Promise.resolve()
    const streams = [...Object.keys(spec.plan.streams), clockStream]
    const first = context.pool.quietest()
    this.parts = Array.from({ length: of }, (_, index) => new Part(index, context.log, spec.tenant, streams, position, this))
    for (const part of this.parts) {
      const run = runSpec(spec, mark, position, snapshot?.parts ?? [], context.upgrade, of === 1 ? null : { index: part.index, of })
      part.open(context.pool, run, of === 1 ? null : first + part.index)
    }
  }

  private request(stop: boolean): void {
    this.snapshots = { fromMs: performance.now(), taken: [], stop }
    // All parts take theirs behind the same entry: none of them was handed more than this.
    const at = this.parts.length === 1 ? null : Math.max(...this.parts.map((part) => part.lastEntry))
    for (const part of this.parts) part.send({ kind: 'snapshot', at, stop })
  }

  private async write({ fromMs, taken, stop }: PartSnapshots): Promise<void> {
    const { spec, mark, context } = this
    const [{ position }] = taken as [Taken]
    const parts = taken.map(({ bytes }) => bytes)
    const writtenMs = context.log.now()
    try {
      const head = { tenant: spec.tenant, job: spec.job, position, epoch: mark.epoch, plan: spec.plan, params: spec.params ?? {}, writtenMs }
      const bytes = await context.store.write(head, parts)
      this.lastSnapshot = { position, bytes, writtenMs, pauseMs: Math.max(...taken.map(({ pauseMs }) => pauseMs)), tookMs: performance.now() - fromMs }
      await this.pin()
    } catch (error) {
      context.report({ kind: 'snapshot-failed', tenant: spec.tenant, job: spec.job, reason: String(error) })
    }
    this.snapshots = null
    for (const part of this.parts) part.send({ kind: 'reuse', memory: (taken[part.index] as Taken).bytes.buffer as SharedArrayBuffer })
    if (stop) {
      this.state = 'stopped'
      this.close()
    }
    this.changed()
  }

  /** The log keeps what the oldest snapshot needs. */
  private async pin(): Promise<void> {
    const { spec, context } = this
    const oldest = await context.store.oldestPosition()
    await context.log.pin(pinOf(spec, (oldest ?? this.mark.begin) + 1, context.live))
  }

  /** What all parts have come to, in one order, found in the thread of one part after the other. */
  private mergeNext(results: PartResults): void {
    const { position } = results
    if (position <= this.mergedUpTo) return
    this.mergedUpTo = position
    const streams = results.take()
    const task = ++this.tasks
    const part = this.parts[task % this.parts.length] as Part
    this.appendNext(position, streams.length === 0 ? Promise.resolve([]) : part.merge(task, streams))
  }

  /** Appends behind what came before; then those whose results are all in the log may hand in more. */
  private appendNext(position: number, chunks: Promise<readonly NewChunk[]>): void {
    const append = async (): Promise<void> => {
      await this.append(await chunks, position)
      for (const [part, handedIn] of this.handedIn) {
        if (handedIn > position) continue
        this.handedIn.delete(part)
        part.send({ kind: 'appended' })
      }
      this.changed()
    }
    this.appended = this.appended.then(append)
    this.appended.catch(() => {})
  }

  /** Appends until it succeeds: results that have to wait hold up their job, nothing else. */
  private async append(chunks: readonly NewChunk[], position: number): Promise<void> {
    if (chunks.length === 0) return
    const { spec, context } = this
    const mark = { ...this.mark, position }
    for (;;) {
      try {
        await context.log.append({ tenant: spec.tenant, chunks: [...chunks, markChunk(spec.job, mark)] })
        this.mark = mark
        return
      } catch (error) {
        if (!(error instanceof MillraceError) || (error.code !== 'LOG_DISK_FULL' && error.code !== 'LOG_BUSY')) {
          this.fail(error instanceof MillraceError ? error.code : 'JOB_APPEND', String(error))
          throw error
        }
        context.report({ kind: 'results-wait', tenant: spec.tenant, job: spec.job, reason: error.message })
        await new Promise((resolve) => setTimeout(resolve, retryMs))
      }
    }
  }

  /** Goes on from the last snapshot, unless it ends again and again without getting anywhere. */
  private async restart(code: string, reason: string, blamed: boolean): Promise<void> {
    if (this.state === 'failed' || this.state === 'stopped') return
    this.close()
    this.ended.push({ atMs: this.context.log.now(), code, reason })
    if (this.mark.position > this.markAtTry) this.tries = 0
    this.markAtTry = this.mark.position
    if (blamed && ++this.tries >= maxTries) {
      this.fail(code, reason)
      return
    }
    this.context.report({ kind: 'restarted', tenant: this.spec.tenant, job: this.spec.job, reason })
    await this.appended.catch(() => {})
    try {
      this.open(await this.context.again())
      if (this.state === 'stopping') this.request(true)
    } catch (error) {
      this.fail(error instanceof MillraceError ? error.code : 'JOB_FAULT', String(error))
    }
    this.changed()
  }

  private fail(code: string, reason: string): void {
    if (this.state === 'failed') return
    this.state = 'failed'
    this.ended.push({ atMs: this.context.log.now(), code, reason })
    this.close()
    this.context.report({ kind: 'failed', tenant: this.spec.tenant, job: this.spec.job, code, reason })
    this.changed()
  }

  private close(): void {
    this.snapshots = null
    for (const part of this.parts) part.close()
    this.parts = []
    this.handedIn.clear()
  }
}

/** What ended a job. */
export class JobFailed extends Error {
  readonly code: string

  constructor({ tenant, job }: JobSpec, { code, reason }: Ended) {
    super(`The job ${job} of the tenant ${tenant} ended: ${reason}`)
    this.name = 'JobFailed'
    this.code = code
  }
}

type Taken = Extract<Report, { kind: 'snapshot' }>

/** Snapshots being taken of all parts. */
interface PartSnapshots {
  readonly fromMs: number
  /** By part. */
  readonly taken: Taken[]
  readonly stop: boolean
}

/** How often a run may end during its own turn without any progress before the job is given up. */
const maxTries = 3
/** Until an append that found no room is tried again, ms. */
const retryMs = 500
const pinMaxAgeMs = 7 * 86_400_000
const pinMaxBytes = 64 * 2 ** 30
const defaultStateBytes = 4 * 2 ** 30
const defaultKeys = 20_000_000
const maxParts = 64

/** Threads that the job is spread over: one where its plan does not allow more. */
function partsOf({ plan, parts = 1, members }: JobSpec): number {
  return parts > 1 && members === undefined && spreadOf(plan).spread ? Math.min(parts, maxParts) : 1
}

/** Where log time is the data's, it tells nothing of how long a pin is held. */
export function pinOf({ tenant, job, plan }: JobSpec, sequence: number, live: boolean): Pin {
  const maxAgeMs = live ? pinMaxAgeMs : Number.MAX_SAFE_INTEGER
  return { tenant, name: job, streams: [...Object.keys(plan.streams), clockStream], sequence, maxAgeMs, maxBytes: pinMaxBytes }
}

function runSpec(spec: JobSpec, mark: Mark, position: number, snapshots: readonly Uint8Array[], upgrade: boolean, part: RunSpec['part']): RunSpec {
  const { tenant, job, plan, params = {}, weight = 1, quota = {} } = spec
  const { stateBytes = defaultStateBytes, keys = defaultKeys } = quota
  return {
    tenant,
    job,
    plan,
    params,
    members: spec.members ?? null,
    weight,
    stateBytes,
    keys,
    part,
    epoch: mark.epoch,
    snapshots,
    upgrade,
    position,
    silentUntil: Math.max(position, mark.position),
  }
}
