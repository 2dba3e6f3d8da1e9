import type { Rows } from '@millrace/columns'
import { type Constant, inputsOf, type Plan, planHash } from '@millrace/plan'
import { type MemberParams, withMembers } from '../code/member-params.ts'
import type { Input, Job, JobOptions, JobStats, RowsInput } from '../job.ts'
import { defaultBudgetRows, PlanJob } from '../open-job.ts'
import { restoreState } from '../snapshot/restore.ts'
import { ascending } from '../state/ascending.ts'
import { arranged } from './arrange.ts'
import { MemberCounts } from './member-counts.ts'
import { type MemberStats, memberStats } from './member-stats.ts'
import { memberConstants } from './members.ts'
import { Route } from './route.ts'
import { SharedSink } from './shared-sink.ts'
import { readShared, renumbering, writeShared } from './snapshot.ts'
import { isHidden, type WatchedPlan, watched } from './watched.ts'

/** So many pairs stay in the processor's cache while they are worked on. */
const defaultPairsAtOnce = 1 << 14

/** What members of one shape come to. */
export interface Membership {
  readonly ids: readonly string[]
  /** The lifted plan that all have, and each one's values of its params. */
  readonly plan: Plan
  readonly values: readonly (readonly Constant[])[]
}

export interface SharedJobOptions extends Pick<JobOptions, 'sink' | 'budgetRows'> {
  /** State to go on from, as `snapshot` gave it. */
  readonly snapshot?: Uint8Array
  /** Pairs of records and members that are worked on together, a record's at least. */
  readonly pairsAtOnce?: number
}

/** Part of an input that is worked off. */
interface Working {
  readonly input: RowsInput
  readonly stop: number
  at: number
}

/**
 * Many jobs of one shape as one: a job whose rows and keys begin with a member's number. Routes find the members of
 * each record; from there on the operators are those of any job.
 */
export class SharedJob implements Job {
  private readonly ids: readonly string[]
  private readonly watched: WatchedPlan
  private readonly counts: MemberCounts
  private readonly routes = new Map<string, Route>()
  private readonly job: PlanJob
  private readonly sink: SharedSink
  private readonly pairsAtOnce: number
  private readonly budgetRows: number
  /** Pushed, and not yet run until it was done. */
  private busy = false
  private working: Working | null = null

  constructor(membership: Membership, options: SharedJobOptions) {
    const { ids, plan, values } = numbered(membership)
    this.ids = ids
    this.watched = watched(plan)
    this.counts = new MemberCounts(ids.length)
    const { differing, alike } = memberConstants(Object.keys(plan.params), values)
    const members: MemberParams = {
      values: differing,
      route: (operator, fields, params, failures) => {
        if (!isRead(plan, operator.input)) return undefined
        const of = { count: ids.length, params: members, paired: needsPairs(this.watched.plan, operator.id) }
        const route = new Route(operator, fields, params as Plan['params'], of, failures)
        this.routes.set(operator.id, route)
        return route.transform
      },
      pairs: (input) => (needsPairs(this.watched.plan, input) ? null : (this.routes.get(input) ?? null)),
    }
    const { snapshot, budgetRows = defaultBudgetRows, pairsAtOnce = defaultPairsAtOnce } = options
    this.pairsAtOnce = pairsAtOnce
    this.budgetRows = budgetRows
    this.sink = new SharedSink(ids, this.watched, options.sink, this.counts)
    this.job = new PlanJob(this.watched.plan, { budgetRows, sink: this.sink, params: withMembers(alike, members) })
    if (snapshot !== undefined) this.restore(snapshot)
  }

  push(input: Input): void {
    if (this.busy) throw new Error('run the job until it is done before the next push')
    if (input.kind === 'rows' && input.from < input.to && Object.hasOwn(this.watched.plan.streams, input.stream)) this.take(input)
    else this.job.push(input)
    this.busy = true
  }

  run(): 'done' | 'more' {
    this.sink.told = 0
    if (this.job.run() === 'more') return 'more'
    while (this.working !== null && this.working.at < this.working.stop) {
      if (this.sink.told >= this.budgetRows) return 'more'
      this.pushPart(this.working)
      if (this.job.run() === 'more') return 'more'
    }
    this.working = null
    this.busy = false
    return 'done'
  }

  nextTickMs(): number | null {
    return this.job.nextTickMs()
  }

  snapshot(into?: (bytes: number) => Uint8Array): Uint8Array {
    if (this.busy) throw new Error('run the job until it is done before a snapshot')
    return writeShared({ shape: planHash(this.watched.plan), members: this.ids, counts: this.counts.all() }, this.job.snapshot(), into)
  }

  /** Of all members together. */
  stats(): JobStats {
    const stats = this.job.stats()
    const outputs = Object.fromEntries(Object.entries(stats.outputs).filter(([name]) => !isHidden(name)))
    return { ...stats, outputs, stateBytes: stats.stateBytes + this.counts.bytes }
  }

  /** Of each member, by its id. */
  memberStats(): ReadonlyMap<string, MemberStats> {
    return memberStats(
      this.ids,
      this.watched,
      this.counts,
      this.job.stations.map(({ operator }) => operator),
    )
  }

  private take(input: RowsInput): void {
    const rows = rowsOf(input)
    for (const route of this.routes.values()) route.begin(rows)
    this.working = { input, stop: input.to, at: input.from }
  }

  private pushPart(working: Working): void {
    const { input, stop, at } = working
    let to = stop
    for (const route of this.routes.values()) to = Math.min(to, route.reach(this.pairsAtOnce))
    working.at = to
    const sequence = typeof input.sequence === 'number' ? input.sequence + at - input.from : input.sequence
    this.job.push({ ...input, from: at, to, sequence })
  }

  private restore(snapshot: Uint8Array): void {
    const { head, job } = readShared(snapshot, planHash(this.watched.plan))
    const numbers = renumbering(head, this.ids)
    restoreState(this.job, { sink: { rows() {}, late() {} }, snapshot: job })
    this.counts.restore(head.counts, numbers)
    if (numbers.every((now, before) => now === before)) return
    for (const { operator } of this.job.stations) operator.renumberMembers(numbers)
  }
}

function isRead({ operators }: Plan, id: string): boolean {
  return operators.some((operator) => operator.id === id && operator.kind === 'read')
}

/** Whether anything but windows reads an operator's rows: windows find their slice by record, before they ask for its members. */
function needsPairs({ operators, outputs }: Plan, id: string): boolean {
  const readers = operators.filter((operator) => inputsOf(operator).includes(id))
  return Object.values(outputs).includes(id) || readers.some((reader) => reader.kind !== 'aggregate' || reader.window === null)
}

/** Members in the order of their numbers. */
function numbered({ ids, plan, values }: Membership): Membership {
  const { differing } = memberConstants(Object.keys(plan.params), values)
  const order = arranged(plan, ids.length, differing)
  const at = <T>(of: readonly T[]): T[] => Array.from(order, (member) => of[member] as T)
  return { ids: at(ids), plan, values: at(values) }
}

/** What routes look at. */
function rowsOf(input: RowsInput): Rows {
  const { batch, from, to } = input
  const none = new Float64Array(0)
  const selection = ascending(to).subarray(from, to)
  const beside = { revision: null, windowStart: null, windowEnd: null, element: null, origin: null }
  return { batch, selection, count: to - from, sequence: none, time: none, ...beside }
}
