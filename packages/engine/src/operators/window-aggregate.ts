import type { Rows } from '@millrace/columns'
import type { AggregateOperator, Field, Plan, Window } from '@millrace/plan'
import { type MemberPairs, membersIn } from '../code/member-params.ts'
import type { FailureCount } from '../code/runtime.ts'
import type { WindowStats } from '../job.ts'
import type { OperatorContext, StatefulOperator } from '../operator.ts'
import type { StateWriter } from '../state/bytes.ts'
import type { Restoring } from '../state/restoring.ts'
import { type Slicing, slicingOf } from '../state/slicing.ts'
import { aggregateCode } from './aggregate-code.ts'
import { LateRows } from './late-rows.ts'
import { type KeyedRows, SliceFolds } from './slice-folds.ts'
import { SliceGroups } from './slice-groups.ts'
import { WindowProgress } from './window-progress.ts'
import { WindowRevisions } from './window-revisions.ts'
import { WindowRows } from './window-rows.ts'
import { WindowSlices } from './window-slices.ts'

/** Rows being folded: those from `from` on wait; of those already sorted, late ones from `at` on. */
interface Pending {
  readonly own: KeyedRows
  /** The rows among which the late ones stand. */
  late: KeyedRows
  at: number
  from: number
  readonly to: number
}

/**
 * Groups rows by key and window and folds each group. Rows are folded into slices; a window's value is
 * that of its slices joined in time order when the watermark passes its end (semantics T3, T4, O3).
 */
export class WindowAggregate implements StatefulOperator {
  readonly id: string
  readonly eager = false
  readonly failures: FailureCount = { failures: 0 }
  private readonly context: OperatorContext
  private readonly slicing: Slicing
  private readonly progress: WindowProgress
  private readonly windows: WindowSlices
  private readonly groups: SliceGroups
  private readonly folds: SliceFolds
  private readonly results: WindowRows
  private readonly revisions: WindowRevisions
  private readonly lateRows = new LateRows()
  /** In a shared job whose records come here before they are paired with members. */
  private pairs: MemberPairs | null = null
  private readonly findPairs: () => MemberPairs | null
  /** What was left when a call's budget ended. */
  private pending: Pending | null = null
  private fired = 0
  private tooLate = 0
  private windowsMissed = 0

  constructor(operator: AggregateOperator, input: readonly Field[], output: readonly Field[], params: Plan['params'], context: OperatorContext) {
    this.id = operator.id
    this.context = context
    this.findPairs = () => membersIn(params)?.pairs(operator.input) ?? null
    const code = aggregateCode(operator, input, output, params, context.strings, this.failures)
    this.slicing = slicingOf(operator.window as Window)
    this.progress = new WindowProgress(operator, this.slicing)
    this.windows = new WindowSlices(code, this.slicing)
    this.groups = new SliceGroups(this.slicing)
    this.folds = new SliceFolds(code, this.windows.slices, context.strings)
    this.results = new WindowRows(operator, output, code, this.slicing, this.progress.revises, context)
    this.revisions = new WindowRevisions(code, this.windows, this.folds, this.results)
  }

  rows(rows: Rows, from: number, to: number): boolean {
    this.pairs = this.findPairs()
    const own = this.folds.keyed(rows)
    this.pending = { own, late: own, at: 0, from, to }
    this.groups.lateCount = 0
    return this.more()
  }

  more(): boolean {
    if (this.results.more()) return true
    const { pending } = this
    while (pending !== null && (pending.at < this.groups.lateCount || pending.from < pending.to)) {
      if (pending.at < this.groups.lateCount) {
        if (this.foldLate(pending)) return true
      } else this.foldGroups(pending)
    }
    if (pending !== null) this.endRows(pending.late.rows)
    return false
  }

  deadline(): number {
    const window = this.windows.nextWindow(this.progress.firstOpen)
    return window === Number.POSITIVE_INFINITY ? window : this.progress.fireTime(window)
  }

  fire(sequence: number): boolean {
    const window = this.windows.nextWindow(this.progress.firstOpen)
    this.progress.fire(window)
    const keys = this.windows.keysOf(window)
    this.fired += keys.count
    return this.results.fire(keys, window, sequence)
  }

  advance(watermarkMs: number): void {
    this.progress.advance(watermarkMs)
    this.windows.dropBelow(this.progress.firstSlice, this.progress.firstAlive)
  }

  boundary(): number {
    return this.progress.boundary()
  }

  flush(): void {
    this.results.flush()
  }

  stats(): WindowStats {
    const { fired, tooLate, windowsMissed, revisions } = this
    return { fired: fired + revisions.added, revised: revisions.revised, tooLate, windowsMissed, open: this.keys }
  }

  get stateBytes(): number {
    return this.windows.bytes
  }

  get keys(): number {
    return this.windows.slices.entries
  }

  snapshot(writer: StateWriter): void {
    const { fired, revised, tooLate, windowsMissed } = this.stats()
    this.progress.snapshot(writer)
    for (const count of [fired, revised, tooLate, windowsMissed, this.failures.failures]) writer.number(count)
    this.windows.snapshot(writer)
  }

  restore(from: Restoring): void {
    this.progress.restore(from)
    this.fired = from.total()
    this.revisions.revised = from.total()
    this.tooLate = from.total()
    this.windowsMissed = from.total()
    this.failures.failures = from.total()
    this.windows.restore(from)
    this.results.clear()
  }

  eachKey(visit: (member: number, open: boolean) => void): void {
    this.windows.eachMember((member) => visit(member, false))
  }

  renumberMembers(numbers: Int32Array): void {
    this.windows.renumberMembers(numbers)
  }

  markStrings(used: Uint8Array): void {
    this.windows.markStrings(used)
  }

  renumberStrings(numbers: Int32Array): void {
    this.windows.renumberStrings(numbers)
    this.results.clear()
  }

  private foldGroups(pending: Pending): void {
    const { groups, folds, pairs } = this
    const { own } = pending
    pending.from = groups.take(own.rows, pending.from, pending.to, this.progress.firstOpen)
    pending.at = 0
    if (pairs !== null) this.pairLate(pending, pairs)
    for (let group = 0; group < groups.groups; group++) {
      const number = groups.numbers[group] as number
      const from = groups.starts[group] as number
      const to = groups.starts[group + 1] as number
      if (pairs === null) folds.fold(own, number, groups.selection, from, to)
      else folds.foldPairs(own, pairs, number, groups.selection, from, to)
    }
  }

  /** Late rows are few: they are paired at once, and then treated as those of any job. */
  private pairLate(pending: Pending, pairs: MemberPairs): void {
    const { groups } = this
    const { rows } = pending.own
    this.lateRows.handOver(pending.late.rows, this.context)
    if (groups.lateCount === 0) return
    const late = groups.late.subarray(0, groups.lateCount).map((position) => rows.selection[position] as number)
    pending.late = this.folds.keyed(pairs.batch(rows, late, late.length))
    groups.separateLate(pending.late.rows.count)
  }

  /** One late row: revises the windows that it still can. Answers whether a batch went out. */
  private foldLate(pending: Pending): boolean {
    const position = this.groups.late[pending.at++] as number
    const { rows } = pending.late
    const { firstAlive, firstOpen } = this.progress
    const row = rows.selection[position] as number
    const slice = this.slicing.numberAt(rows.time[row] as number)
    const lastWindow = slice + this.slicing.perWindow - 1
    if (lastWindow < firstAlive) {
      this.windowsMissed += this.slicing.perWindow
      this.tooLate++
      this.lateRows.add(row, rows.batch.rows, this.context.watermarkBefore(rows.sequence[row] as number))
      return false
    }
    this.windowsMissed += Math.max(0, firstAlive - slice)
    return this.revisions.revise(pending.late, position, slice, Math.max(slice, firstAlive), Math.min(lastWindow, firstOpen - 1))
  }

  private endRows(rows: Rows): void {
    this.pending = null
    if (this.context.downstream.stateful) this.flush()
    this.lateRows.handOver(rows, this.context)
  }
}
