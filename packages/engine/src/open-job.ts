import type { Rows } from '@millrace/columns'
import { MillraceError, type Plan } from '@millrace/plan'
import type { FailureCount } from './code/runtime.ts'
import { Due } from './due.ts'
import { eventTimesOf, firstAtOrAfter, logTimeOf, rowAt, sequenceOf } from './input-rows.ts'
import type { Input, Job, JobOptions, JobStats, PauseInput, RowsInput } from './job.ts'
import { Opening } from './opening.ts'
import { OperatorTimes } from './operator-times.ts'
import { paramValues } from './params.ts'
import type { Arrival, Pipeline, Target } from './pipeline.ts'
import { restoreState } from './snapshot/restore.ts'
import { takeSnapshot } from './snapshot/take.ts'
import { SourceRows } from './source-rows.ts'
import { Spreading } from './spread/spreading.ts'
import { dropStrings } from './state/drop-strings.ts'
import { Strings } from './state/strings.ts'
import type { Station } from './station.ts'
import { statsOf } from './stats.ts'
import { ToldRows } from './told-rows.ts'
import { Watermarks } from './watermarks.ts'

/** Rows being taken, and how far they are. */
interface Taking {
  readonly input: RowsInput
  readonly time: Float64Array
  readonly arrivals: readonly { readonly arrival: Arrival; readonly station: Station; at: number }[]
  /** The next row of the batch that no operator saw yet. */
  at: number
  /** The row whose log time took effect already; -1: none. */
  settled: number
  /** Rows up to here wait to be delivered to arrivals[delivering] and those after it. */
  until: number
  delivering: number
}

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
    const { stream } = taking.input
    const row = rowAt(taking.input, sequence)
    // That row's log time took effect before it, perhaps while its stream was idle.
    if (row === taking.settled) return station.watermarkMs
    const reached = this.watermarks.clock(stream).before[row] as number
    return Math.max(station.watermarkMs, this.watermarks.together(station.streams, stream, reached) - station.delayMs)
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
    const waiting = arrivals.flatMap((arrival) => {
      const station = this.byOperator.get(arrival.target.name)
      return arrival.target.kind === 'operator' && station !== undefined ? [{ arrival, station, at: 0 }] : []
    })
    this.taking = { input, time, arrivals: waiting, at: input.from, settled: -1, until: input.from, delivering: waiting.length }
  }

  /** Delivers the rows of a segment, within which no operator's treatment of rows changes, or finds the next one. */
  private takeOn(taking: Taking): boolean {
    if (taking.delivering < taking.arrivals.length) {
      this.spreading?.goTo(1, 0, 0)
      this.deliverSegment(taking)
      return true
    }
    if (taking.at > taking.input.from || taking.settled >= 0) this.endSegment(taking)
    if (this.firing !== null) return true
    if (taking.at === taking.input.to) {
      this.taking = null
      return true
    }
    this.nextSegment(taking)
    return true
  }

  private nextSegment(taking: Taking): void {
    const { input, time } = taking
    const clock = this.watermarks.clock(input.stream)
    const before = taking.at
    clock.eagerBelow = this.due.eagerBelow(input.stream)
    // A record that finds its stream idle wakes it: the watermark of several streams may jump behind it.
    const to = taking.settled === before ? before + 1 : input.to
    taking.at = clock.scan(time, input.ingestion, before, to, this.due.limitOf(input.stream), this.due.logChange(input.stream), taking.settled)
    if (taking.at > before) this.watermarks.logMs = logTimeOf(input, taking.at - 1)
    if (clock.end === 'log' && taking.at === before) {
      taking.settled = before
      this.watermarks.logTime(logTimeOf(input, before))
    }
    taking.until = taking.at
    taking.delivering = 0
  }

  private deliverSegment(taking: Taking): void {
    const one = taking.arrivals[taking.delivering++] as Taking['arrivals'][number]
    const { rows } = one.arrival
    const from = one.at
    const to = taking.until === taking.input.to ? rows.count : firstAtOrAfter(rows, from, sequenceOf(taking.input, taking.until))
    if (to === from) return
    one.at = to
    if (one.station.rows(rows, from, to)) this.working = one.station
  }

  /** The watermarks after the rows so far; what they make due is done before the next row. */
  private endSegment(taking: Taking): void {
    const isBefore = taking.at === taking.settled
    const cause = isBefore ? taking.at : taking.at - 1
    if (this.due.move()) this.firing = { sequence: sequenceOf(taking.input, cause), phase: isBefore ? 0 : 2 }
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
