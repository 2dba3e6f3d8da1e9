import type { Rows } from '@millrace/columns'
import { MillraceError, type Plan } from '@millrace/plan'
import type { FailureCount } from './code/runtime.ts'
import { Due } from './due.ts'
import { eventTimesOf, logTimeOf } from './input-rows.ts'
import type { Input, Job, JobOptions, JobStats, PauseInput, RowsInput } from './job.ts'
import { Opening } from './opening.ts'
import { OperatorTimes } from './operator-times.ts'
import { paramValues } from './params.ts'
import type { Pipeline, Target } from './pipeline.ts'
import { restoreState } from './snapshot/restore.ts'
import { takeSnapshot } from './snapshot/take.ts'
import { SourceRows } from './source-rows.ts'
import { Spreading } from './spread/spreading.ts'
import { dropStrings } from './state/drop-strings.ts'
import { Strings } from './state/strings.ts'
import type { Station } from './station.ts'
import { statsOf } from './stats.ts'
import { Taking } from './taking.ts'
import { ToldRows } from './told-rows.ts'
import { Watermarks } from './watermarks.ts'

export const defaultBudgetRows = 65_536

/** Opens a plan that `validate` accepted. */
export function openJob(plan: Plan, options: JobOptions): Job {
  const job = new PlanJob(plan, options)
  restoreState(job, options)
  return job
}

function timesOf(now: () => number, { operators }: Plan): OperatorTimes {
  return new OperatorTimes(
    now,
    operators.map(({ id }) => id),
  )
}

/** One plan being run. */
export class PlanJob implements Job {
  readonly strings = new Strings()
  readonly outputs: Record<string, { rows: number; revisions: number }>
  readonly stations: Station[]
  readonly failureCounts = new Map<string, FailureCount>()
  readonly watermarks: Watermarks
  readonly plan: Plan
  readonly times: OperatorTimes | null
  private readonly told: ToldRows
  private readonly due: Due
  private readonly sourceRows = new SourceRows()
  private readonly byOperator = new Map<string, Station>()
  private readonly byStream: ReadonlyMap<string, readonly Pipeline[]>
  private readonly budgetRows: number
  private readonly spreading: Spreading | null
  private taking: Taking | null = null
  /** Set while what fell due is being done: the entry that caused it. */
  private firing: { readonly sequence: number; readonly phase: number } | null = null
  private working: Station | null = null
  /** A pause or resume that takes effect once what its log time made due is done. */
  private pausing: PauseInput | null = null
  private flushing = false

  constructor(plan: Plan, options: JobOptions) {
    this.plan = plan
    this.budgetRows = options.budgetRows ?? defaultBudgetRows
    this.watermarks = new Watermarks(plan)
    this.times = options.now === undefined ? null : timesOf(options.now, plan)
    this.told = new ToldRows(Object.keys(plan.outputs), options.sink, this.times)
    this.outputs = this.told.counts
    this.spreading = options.part === undefined ? null : new Spreading(plan, options.part)
    const opening = new Opening(plan, paramValues(plan, options.params), this.failureCounts, this.spreading, this.times)
    this.stations = opening.stations(this)
    for (const station of this.stations) this.byOperator.set(station.operator.id, station)
    this.byStream = opening.streams()
    this.due = new Due(this.stations, this.watermarks)
  }

  push(input: Input): void {
    if (this.taking !== null || this.firing !== null) throw new Error('run the job until it is done before the next push')
    this.flushing = true
    if (input.kind === 'rows') {
      this.take(input)
      return
    }
    if (input.kind === 'end') this.watermarks.close()
    else this.watermarks.logTime(input.logMs)
    if (input.kind === 'paused' || input.kind === 'resumed') this.pausing = input
    this.firing = { sequence: input.sequence, phase: 0 }
  }

  run(): 'done' | 'more' {
    this.told.rows = 0
    while (this.step()) if (this.told.rows >= this.budgetRows) return 'more'
    return 'done'
  }

  nextTickMs(): number | null {
    const at = this.due.logChange(null)
    return at === Number.POSITIVE_INFINITY ? null : at
  }

  stats(): JobStats {
    return statsOf(this)
  }

  snapshot(into?: (bytes: number) => Uint8Array): Uint8Array {
    if (this.taking !== null || this.firing !== null) throw new Error('run the job until it is done before a snapshot')
    return takeSnapshot(this, into)
  }

  deliver(target: Target, rows: Rows): void {
    if (target.kind === 'output') this.told.output(target.name, rows)
    else this.deliverTo(this.byOperator.get(target.name) as Station, rows)
  }

  private deliverTo(station: Station, rows: Rows): void {
    let more = station.rows(rows, 0, rows.count)
    while (more) more = station.more()
  }

  late(operator: string, rows: Rows, watermark: Float64Array): void {
    this.told.late(operator, rows, watermark)
  }

  watermarkBefore(station: Station, sequence: number): number {
    const { taking } = this
    if (this.firing !== null || taking === null) return station.watermarkMs
    return taking.watermarkBefore(station, sequence, this.watermarks)
  }

  /** Does the next piece of work; answers whether there was any. */
  private step(): boolean {
    if (this.working !== null) {
      if (!this.working.more()) this.working = null
      return true
    }
    if (this.firing !== null) return this.fireNext(this.firing)
    if (this.taking !== null) return this.takeOn(this.taking)
    if (!this.flushing) return false
    this.flushing = false
    for (const station of this.stations) station.flush()
    if (this.strings.overgrown) dropStrings(this.strings, this.stations)
    return true
  }

  private take(input: RowsInput): void {
    const pipelines = this.byStream.get(input.stream)
    const node = this.plan.streams[input.stream]
    if (pipelines === undefined || node === undefined)
      throw new MillraceError('JOB_STREAM_UNKNOWN', { stream: input.stream, streams: Object.keys(this.plan.streams).join(', ') })
    if (input.from >= input.to) return
    if (this.watermarks.logMs === Number.NEGATIVE_INFINITY) this.watermarks.logTime(logTimeOf(input, input.from))
    const time = eventTimesOf(node, input)
    const rows = this.sourceRows.of(input, time)
    const arrivals = pipelines.flatMap((pipeline) => pipeline.run(rows))
    for (const { target, rows: out } of arrivals) if (target.kind === 'output') this.told.output(target.name, out)
    const deliveries = arrivals.flatMap(({ target, rows: out }) => {
      return target.kind === 'operator' ? [{ station: this.byOperator.get(target.name) as Station, rows: out }] : []
    })
    this.taking = new Taking(input, time, deliveries)
  }

  /** Delivers rows of a segment, or does what its end makes due, or finds the next one; answers true. */
  private takeOn(taking: Taking): boolean {
    if (taking.isDelivering) {
      this.spreading?.goTo(1, 0, 0)
      this.working = taking.deliver()
      return true
    }
    // What the watermarks make due after the rows so far is done before the next row.
    if (taking.hasMoved && this.due.move()) this.firing = taking.cause
    else if (taking.isDone) this.taking = null
    else taking.nextSegment(this.watermarks, this.due)
    return true
  }

  /** The next instant at which an operator has something to do, inputs first (semantics T3); answers true. */
  private fireNext({ sequence, phase }: { readonly sequence: number; readonly phase: number }): boolean {
    const first = this.due.first()
    if (first === null) this.endFiring()
    else {
      const { instant } = this.due
      this.spreading?.goTo(phase, instant, this.stations.indexOf(first))
      first.watermarkMs = Math.max(first.watermarkMs, instant - first.delayMs)
      if (first.fire(sequence)) this.working = first
    }
    return true
  }

  private endFiring(): void {
    this.due.settle()
    // A pause or resume changes which streams count: what is due then comes after what was due before.
    if (this.pausing === null) this.firing = null
    else this.pauseOrResume(this.pausing)
  }

  private pauseOrResume({ kind, stream, logMs, sequence }: PauseInput): void {
    this.pausing = null
    this.firing = { sequence, phase: 2 }
    const clock = this.watermarks.clock(stream)
    if (kind === 'paused') clock.pause()
    else clock.resume(logMs)
  }
}
