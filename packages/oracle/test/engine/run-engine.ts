import { BatchBuilder, type Rows } from '@millrace/columns'
import { addStats, type Input, type Job, type JobSink, type JobStats, type OpenJob } from '@millrace/engine'
import { type Field, type Plan, relations } from '@millrace/plan'
import type { LogEntry, RecordEntry } from '../../src/log.ts'
import { addRow } from './batches.ts'
import { PartRows } from './part-rows.ts'
import { type PlainRow, plainRows } from './plain-rows.ts'

/** How a log is fed to the engine; none of it may show in the results. */
export interface Feeding {
  /** Records a batch at most. */
  readonly batchRows: number
  readonly budgetRows?: number
  /** A snapshot after every input, from which a fresh job goes on. */
  readonly restarts?: true
  /** Every restart is an upgrade, to a plan that differs in a param that nobody reads. */
  readonly upgrades?: true
  /** The job is spread by key over so many, another number after every restart; results are those of all, in one order. */
  readonly parts?: readonly number[]
  /** Builders and their dictionaries live for the log (`kept`), or for a batch. */
  readonly builders: 'kept' | 'fresh'
  /** Rows around the batch's own that do not belong to the input. */
  readonly padding?: number
  /** Inputs hold records with gaps between their sequences too, and name the sequence of each. */
  readonly gaps?: true
}

export interface EngineResult {
  readonly outputs: Record<string, PlainRow[]>
  readonly late: Record<string, (PlainRow & { readonly watermark: number })[]>
  readonly stats: JobStats
  /** Sequences of ticks that gave rows although the job had said that it needed none so early. */
  readonly untimely: readonly number[]
}

/** Runs a log through a job, in batches as `feeding` has them. */
export function runEngine(openJob: OpenJob, plan: Plan, log: readonly LogEntry[], feeding: Feeding, params: Plan['params'] = {}): EngineResult {
  const run = new EngineRun(openJob, plan, feeding, params)
  for (const entries of batched(log, feeding)) run.feed(entries)
  return run.result()
}

class EngineRun {
  private readonly openJob: OpenJob
  private readonly plan: Plan
  private readonly feeding: Feeding
  private readonly params: Plan['params']
  private readonly fields: ReadonlyMap<string, readonly Field[]>
  private readonly builders = new Map<string, BatchBuilder>()
  private readonly outputs: EngineResult['outputs'] = {}
  private readonly late: EngineResult['late'] = {}
  private readonly untimely: number[] = []
  private readonly partRows = new Map<readonly unknown[], PartRows<PlainRow>>()
  private rows = 0
  private openings = 0
  private jobs: readonly Job[]

  constructor(openJob: OpenJob, plan: Plan, feeding: Feeding, params: Plan['params']) {
    this.openJob = openJob
    this.plan = plan
    this.feeding = feeding
    this.params = params
    const known = relations(plan)
    this.fields = new Map(plan.operators.flatMap((operator) => (operator.kind === 'read' ? [[operator.stream, known.get(operator.id)?.fields ?? []]] : [])))
    for (const name of Object.keys(plan.outputs)) this.outputs[name] = []
    for (const { kind, id } of plan.operators) if (kind === 'aggregate') this.late[id] = []
    this.jobs = this.open()
  }

  feed(entries: readonly LogEntry[]): void {
    const [first] = entries as [LogEntry]
    const input = first.kind === 'record' ? this.rowsInput(entries as readonly RecordEntry[]) : first
    const neededAtMs = this.nextTickMs()
    const before = this.rows
    for (const job of this.jobs) {
      job.push(input)
      while (job.run() === 'more');
    }
    for (const [all, rows] of this.partRows) (all as PlainRow[]).push(...rows.take())
    if (first.kind === 'tick' && (neededAtMs === null || first.logMs < neededAtMs) && this.rows > before) this.untimely.push(first.sequence)
    if (this.feeding.restarts) this.jobs = this.open(this.jobs.map((job) => job.snapshot()))
  }

  result(): EngineResult {
    return { outputs: this.outputs, late: this.late, stats: addStats(this.jobs.map((job) => job.stats())), untimely: this.untimely }
  }

  private open(snapshot?: readonly Uint8Array[]): readonly Job[] {
    const { budgetRows, parts } = this.feeding
    const options = { sink: this.sink(0), params: this.params, snapshot, budgetRows }
    if (parts === undefined) return [this.openJob(this.upgradedPlan(), { ...options, snapshot: snapshot?.[0], upgrade: this.feeding.upgrades })]
    const of = parts[this.openings++ % parts.length] as number
    if (of === 1) return [this.openJob(this.plan, options)]
    return Array.from({ length: of }, (_, index) => this.openJob(this.plan, { ...options, sink: this.sink(index), part: { index, of } }))
  }

  private upgradedPlan(): Plan {
    if (this.feeding.upgrades !== true) return this.plan
    return { ...this.plan, params: { ...this.plan.params, unread: this.openings++ } }
  }

  private nextTickMs(): number | null {
    const all = this.jobs.flatMap((job) => job.nextTickMs() ?? [])
    return all.length === 0 ? null : Math.min(...all)
  }

  private sink(part: number): JobSink {
    return {
      rows: (output, rows) => {
        this.add(this.outputs[output] as PlainRow[], plainRows(rows), rows, part)
      },
      late: (operator, rows, watermark) => {
        const all = plainRows(rows).map((row, at) => ({ ...row, watermark: watermark[rows.selection[at] as number] as number }))
        this.add(this.late[operator] as PlainRow[], all, rows, part)
      },
    }
  }

  private add(all: PlainRow[], rows: readonly PlainRow[], given: Rows, part: number): void {
    this.rows += rows.length
    if (this.feeding.parts === undefined) {
      all.push(...rows)
      return
    }
    const known = this.partRows.get(all) ?? new PartRows()
    this.partRows.set(all, known)
    known.add(part, rows, given)
  }

  private rowsInput(entries: readonly RecordEntry[]): Input {
    const { stream } = entries[0] as RecordEntry
    const { padding = 0, gaps } = this.feeding
    const builder = this.builder(stream)
    const around = Array.from({ length: padding }, () => entries[0] as RecordEntry)
    const all = [...around, ...entries, ...around]
    for (const { row } of all) addRow(builder, row)
    const sequence = gaps ? Float64Array.from(all, (entry) => entry.sequence) : (entries[0] as RecordEntry).sequence
    const ingestion = Float64Array.from(all, ({ ingestionMs }) => ingestionMs)
    return { kind: 'rows', stream, sequence, batch: builder.batch(), from: padding, to: padding + entries.length, ingestion }
  }

  private builder(stream: string): BatchBuilder {
    const known = this.builders.get(stream)
    if (known !== undefined && this.feeding.builders === 'kept') {
      known.clear()
      return known
    }
    const made = new BatchBuilder(this.fields.get(stream) as readonly Field[])
    this.builders.set(stream, made)
    return made
  }
}

/** Neighbours of one stream, with sequences one after the other where gaps are not said; everything else stands alone. */
function batched(log: readonly LogEntry[], { batchRows, gaps }: Feeding): LogEntry[][] {
  const batches: LogEntry[][] = []
  for (const entry of log) {
    const last = batches.at(-1)
    if (last !== undefined && last.length < batchRows && follows(entry, last.at(-1) as LogEntry, gaps === true)) last.push(entry)
    else batches.push([entry])
  }
  return batches
}

function follows(entry: LogEntry, before: LogEntry, gaps: boolean): boolean {
  if (entry.kind !== 'record' || before.kind !== 'record' || entry.stream !== before.stream) return false
  return gaps || entry.sequence === before.sequence + 1
}
