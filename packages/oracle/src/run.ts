import { type Constant, inputsOf, type Operator, type Plan, type Relation, relations } from '@millrace/plan'
import { Clock } from './clock.ts'
import type { Meaning } from './expression.ts'
import type { LogEntry, RecordEntry } from './log.ts'
import type { OperatorRun } from './operator-run.ts'
import { alert } from './operators/alert.ts'
import { explode } from './operators/explode.ts'
import { filter } from './operators/filter.ts'
import { map } from './operators/map.ts'
import { runningTotals } from './operators/running-totals.ts'
import { union } from './operators/union.ts'
import { windowAggregate } from './operators/window-aggregate.ts'
import type { LateRow, Row } from './row.ts'
import type { OracleStats } from './stats.ts'
import { none } from './stream-clock.ts'

export interface OracleResult {
  /** By name of the output, in the order of semantics O2. */
  readonly outputs: Record<string, Row[]>
  /** By id of the aggregate that they were too late for. */
  readonly late: Record<string, LateRow[]>
  readonly stats: OracleStats
}

/** One operator in its place among the others. */
interface Station {
  readonly operator: Operator
  readonly run: OperatorRun
  readonly streams: readonly string[]
  /** How much later than its streams' watermark its own is, ms: what final results upstream wait for late records. */
  readonly delayMs: number
  watermark: number
}

/** The results of a plan over a log, by the letter of docs/semantics.md. */
export function runOracle(plan: Plan, log: readonly LogEntry[], options: { readonly params?: Readonly<Record<string, Constant>> } = {}): OracleResult {
  const run = new OracleRun(plan, { ...plan.params, ...options.params })
  for (const entry of log) run.entry(entry)
  return run.result
}

class OracleRun {
  readonly result: OracleResult = { outputs: {}, late: {}, stats: { windows: {}, alerts: {}, failures: {}, missingKeys: 0, idle: 0 } }
  private readonly plan: Plan
  private readonly clock: Clock
  private readonly stations: readonly Station[]

  constructor(plan: Plan, params: Plan['params']) {
    this.plan = plan
    this.clock = new Clock(plan)
    this.stations = stationsOf(plan, params, this.result)
    for (const name of Object.keys(plan.outputs)) this.result.outputs[name] = []
  }

  entry(entry: LogEntry): void {
    if (entry.kind === 'end') this.clock.end()
    else {
      // Log time moves first: what it makes due comes before the entry itself.
      this.clock.logTime(entry.kind === 'record' ? entry.ingestionMs : entry.logMs)
      for (const name of Object.keys(this.plan.streams)) if (this.clock.isIdle(name)) this.result.stats.idle++
    }
    this.advance(entry.sequence)
    if (entry.kind === 'record') this.record(entry)
    if (entry.kind === 'paused') this.clock.stream(entry.stream).pause()
    if (entry.kind === 'resumed') this.clock.stream(entry.stream).resume(entry.logMs)
    this.advance(entry.sequence)
  }

  /** A record goes through all operators under the watermark before it; only then the watermark moves (T2, T4). */
  private record(entry: RecordEntry): void {
    const column = this.plan.streams[entry.stream]?.time ?? null
    const time = column === null ? entry.ingestionMs : (entry.row[column] as number)
    this.step((station, inputs) => station.run.rows(inputs, station.watermark), recordRow(entry, time), entry.stream)
    this.clock.stream(entry.stream).record(time, entry.ingestionMs)
  }

  /** Goes through the instants at which something is due, one after the other (semantics T3). */
  private advance(sequence: number): void {
    for (let instant = this.nextInstant(); instant !== null; instant = this.nextInstant()) {
      const now = instant
      for (const station of this.stations) this.moveTo(station, now - 1)
      this.step((station, inputs) => {
        const rows = station.run.rows(inputs, station.watermark)
        this.moveTo(station, now)
        const due = station.run.due()
        return due !== null && due + station.delayMs <= Math.min(now, this.clock.watermark(station.streams))
          ? [...rows, ...station.run.reach(due, sequence)]
          : rows
      })
    }
    for (const station of this.stations) this.moveTo(station, Number.POSITIVE_INFINITY)
  }

  /** The watermark goes on to an instant, if the station's streams have come that far; it never falls. */
  private moveTo(station: Station, instant: number): void {
    station.watermark = Math.max(station.watermark, Math.min(this.clock.watermark(station.streams), instant) - station.delayMs)
  }

  private nextInstant(): number | null {
    const instants = this.stations.flatMap(({ run, streams, delayMs }) => {
      const due = run.due()
      return due !== null && due + delayMs <= this.clock.watermark(streams) ? [due + delayMs] : []
    })
    return instants.length === 0 ? null : Math.min(...instants)
  }

  /** Lets every operator work once, inputs before their readers. */
  private step(work: (station: Station, inputs: readonly (readonly Row[])[]) => readonly Row[], record?: Row, stream?: string): void {
    const made = new Map<string, readonly Row[]>()
    for (const station of this.stations) {
      const { operator } = station
      const reads = operator.kind === 'read' && operator.stream === stream && record !== undefined
      const inputs = inputsOf(operator).map((id) => made.get(id) ?? [])
      this.countMissingKeys(operator, inputs)
      made.set(operator.id, reads ? [record] : work(station, inputs))
    }
    for (const [name, id] of Object.entries(this.plan.outputs)) this.result.outputs[name]?.push(...(made.get(id) ?? []))
  }

  private countMissingKeys(operator: Operator, inputs: readonly (readonly Row[])[]): void {
    if (operator.kind !== 'aggregate' && operator.kind !== 'alert') return
    this.result.stats.missingKeys += inputs.flat().filter(({ values }) => operator.key.some((name) => (values[name] ?? null) === null)).length
  }
}

function recordRow({ row, sequence }: RecordEntry, time: number): Row {
  return { values: row, sequence, time, revision: 0, windowStart: null, windowEnd: null, element: null, origin: null, slack: 0 }
}

function stationsOf(plan: Plan, params: Plan['params'], result: OracleResult): Station[] {
  const known = relations(plan)
  const relationOf = (id: string): Relation => known.get(id) as Relation
  const delays = new Map<string, number>()
  return plan.operators.map((operator) => {
    const inputs = inputsOf(operator)
    const delayMs = Math.max(0, ...inputs.map((id) => delays.get(id) ?? 0))
    delays.set(operator.id, delayMs + waitOf(operator))
    return {
      operator,
      run: operatorRun(operator, inputs.map(relationOf)[0], params, result),
      streams: relationOf(operator.id).streams,
      delayMs,
      watermark: none,
    }
  })
}

/** A window of final results is shown that much after its end: for what follows, its rows are not late. */
function waitOf(operator: Operator): number {
  return operator.kind === 'aggregate' && operator.window !== null && operator.results === 'final' ? operator.allowedLatenessMs : 0
}

function operatorRun(operator: Operator, input: Relation | undefined, params: Plan['params'], { stats, late }: OracleResult): OperatorRun {
  const failures = { count: 0 }
  stats.failures[operator.id] = failures
  const meaning: Meaning = { fields: input?.fields ?? [], params, failures }
  switch (operator.kind) {
    case 'read':
      return { rows: () => [], due: () => null, reach: () => [] }
    case 'filter':
      return filter(operator, meaning)
    case 'map':
      return map(operator, meaning)
    case 'explode':
      return explode(operator)
    case 'union':
      return union()
    case 'alert': {
      const counts = { opened: 0, updated: 0, cleared: 0, withdrawn: 0, suppressed: 0 }
      stats.alerts[operator.id] = counts
      return alert(operator, input?.window ?? null, meaning, counts)
    }
    case 'aggregate': {
      if (operator.window === null) return runningTotals(operator, meaning)
      const counts = { fired: 0, revised: 0, late: 0, tooLate: 0, windowsMissed: 0 }
      const rows: LateRow[] = []
      stats.windows[operator.id] = counts
      late[operator.id] = rows
      return windowAggregate(operator, operator.window, meaning, rows, counts)
    }
    default:
      return operator satisfies never
  }
}
