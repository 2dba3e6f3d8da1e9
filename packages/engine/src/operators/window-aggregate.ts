import type { Rows } from '@millrace/columns'
import type { AggregateOperator, Field, Plan, Window } from '@millrace/plan'
import { type MemberPairs, membersIn } from '../code/member-params.ts'
import type { FailureCount } from '../code/runtime.ts'
import type { WindowStats } from '../job.ts'
import type { OperatorContext, StatefulOperator } from '../operator.ts'
import type { StateWriter } from '../state/bytes.ts'
import { isMemberOnly, type KeyArrays, keyArrays } from '../state/key-shape.ts'
import { type Lookup, lookupFor } from '../state/lookup.ts'
import { Pane } from '../state/pane.ts'
import { paneLayout, type Restoring } from '../state/restoring.ts'
import { Slices } from '../state/slices.ts'
import { type Slicing, slicingOf } from '../state/slicing.ts'
import { type AggregateCode, aggregateCode, sharedText } from './aggregate-code.ts'
import { LateRows } from './late-rows.ts'
import { memberOf, renumberMembers } from './pane-members.ts'
import { markPane, renumberPane } from './pane-strings.ts'
import { ResultRows } from './result-rows.ts'
import { SliceBlocks } from './slice-blocks.ts'
import { SliceGroups } from './slice-groups.ts'
import { WindowJoin } from './window-join.ts'

interface Keyed {
  readonly rows: Rows
  readonly keys: KeyArrays
}

/** Rows being folded: those from `from` on wait; of those already sorted, late ones from `at` on. */
interface Pending extends Keyed {
  /** The rows among which the late ones stand. */
  late: Keyed
  at: number
  from: number
  readonly to: number
}

/** A window being written out, from entry `at` on. */
interface Firing {
  readonly pane: Pane
  readonly order: Int32Array | null
  readonly count: number
  at: number
  readonly window: number
  readonly sequence: number
}

/**
 * Groups rows by key and window and folds each group. Rows are folded into slices; a window's value is
 * that of its slices joined in time order when the watermark passes its end (semantics T3, T4, O3).
 */
export class WindowAggregate implements StatefulOperator {
  readonly id: string
  readonly eager = false
  private readonly code: AggregateCode
  private readonly slicing: Slicing
  private readonly slices: Slices
  private readonly groups: SliceGroups
  private readonly results: ResultRows
  private readonly lateRows: LateRows
  private readonly context: OperatorContext
  /** In a shared job whose records come here before they are paired with members. */
  private pairs: MemberPairs | null = null
  private readonly findPairs: () => MemberPairs | null
  readonly failures: FailureCount = { failures: 0 }
  /** How long after its end a window fires: 0, or the allowed lateness where only final results count. */
  private readonly fireDelayMs: number
  private readonly latenessMs: number
  /** Windows below have fired, or fire no more. */
  private firstOpen = Number.NEGATIVE_INFINITY
  /** Windows below take no record any more. */
  private firstAlive = Number.NEGATIVE_INFINITY
  private watermarkMs = Number.NEGATIVE_INFINITY
  private entries = new Int32Array(4096)

  // A window being written out, or late rows being worked off, when a call's budget ended.
  private firing: Firing | null = null
  private pending: Pending | null = null

  private readonly blocks: SliceBlocks
  /** Of windows of several slices. */
  private readonly joined: WindowJoin
  /** Takes the one key of a late row. */
  private readonly single: Pane

  /** By fired window: keys that were revised, with their last revision. */
  private readonly revisions: Slices
  private readonly revisionLookup: Lookup
  private fired = 0
  private revised = 0
  private tooLate = 0
  private windowsMissed = 0

  constructor(operator: AggregateOperator, input: readonly Field[], output: readonly Field[], params: Plan['params'], context: OperatorContext) {
    const window = operator.window as Window
    this.id = operator.id
    this.context = context
    this.findPairs = () => membersIn(params)?.pairs(operator.input) ?? null
    this.code = aggregateCode(operator, input, output, params, context.strings, this.failures)
    this.slicing = slicingOf(window)
    const { words } = this.code.shape
    this.slices = new Slices(words, this.code.initial.length)
    this.revisions = new Slices(words, 1)
    this.revisionLookup = lookupFor(this.code.shape, ['0'])
    this.blocks = new SliceBlocks(this.code, this.slices, this.slicing.perWindow)
    this.joined = new WindowJoin(this.code)
    this.single = new Pane(words, this.code.initial.length)
    this.groups = new SliceGroups(this.slicing)
    this.latenessMs = operator.allowedLatenessMs
    this.fireDelayMs = operator.results === 'final' ? operator.allowedLatenessMs : 0
    const revised = this.latenessMs > this.fireDelayMs
    this.results = new ResultRows(output, sharedText(operator, output), context.strings, {
      revised,
      bounds: operator.key.length,
      order: context.ordering?.columns,
    })
    this.lateRows = new LateRows()
  }

  rows(rows: Rows, from: number, to: number): boolean {
    this.pairs = this.findPairs()
    const keyed = this.keyed(rows)
    this.pending = { ...keyed, late: keyed, at: 0, from, to }
    this.groups.lateCount = 0
    return this.more()
  }

  more(): boolean {
    if (this.firing !== null && this.emitFiring()) return true
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
    const window = this.nextWindow()
    return window === Number.POSITIVE_INFINITY ? window : this.fireTime(window)
  }

  fire(sequence: number): boolean {
    const window = this.nextWindow()
    this.watermarkMs = this.fireTime(window)
    this.firstOpen = this.slicing.numberAt(this.slicing.endOf(window))
    this.begin(window, sequence)
    return this.emitFiring()
  }

  advance(watermarkMs: number): void {
    this.watermarkMs = watermarkMs
    // A plan upgraded to more lateness begins to allow it: what was told or dropped before stays so.
    this.firstOpen = Math.max(this.firstOpen, this.slicing.numberAt(watermarkMs + 1 - this.fireDelayMs))
    this.firstAlive = Math.max(this.firstAlive, this.slicing.numberAt(watermarkMs + 1 - this.latenessMs))
    this.slices.dropBelow(this.firstAlive - this.slicing.perWindow + 1)
    this.blocks.dropBelow(this.firstAlive - this.slicing.perWindow + 1)
    this.revisions.dropBelow(this.firstAlive)
  }

  boundary(): number {
    // Before the first watermark any is news.
    if (this.watermarkMs === Number.NEGATIVE_INFINITY) return -Number.MAX_VALUE
    return Math.min(this.fireTime(this.firstOpen), this.slicing.endOf(this.firstAlive) - 1 + this.latenessMs)
  }

  flush(): void {
    if (this.results.count === 0) return
    const rows = this.results.take()
    this.context.downstream.emit(rows)
    this.results.clear()
  }

  stats(): WindowStats {
    const { fired, revised, tooLate, windowsMissed } = this
    return { fired, revised, tooLate, windowsMissed, open: this.slices.entries }
  }

  get stateBytes(): number {
    return this.slices.bytes + this.revisions.bytes + this.blocks.bytes + this.joined.pane.bytes
  }

  get keys(): number {
    return this.slices.entries
  }

  snapshot(writer: StateWriter): void {
    for (const value of this.counters()) writer.number(value)
    this.slices.snapshot(writer)
    this.revisions.snapshot(writer)
  }

  restore(from: Restoring): void {
    this.watermarkMs = from.highest()
    this.firstOpen = from.highest()
    this.firstAlive = from.highest()
    this.fired = from.total()
    this.revised = from.total()
    this.tooLate = from.total()
    this.windowsMissed = from.total()
    this.failures.failures = from.total()
    const { shape, initial, textStates } = this.code
    this.slices.restore(from.panes(from.aggregates(shape, initial.length, textStates)))
    this.revisions.restore(from.panes(paneLayout(shape, 1, [])))
    this.results.clear()
  }

  eachKey(visit: (member: number, open: boolean) => void): void {
    for (const pane of this.slices.all()) for (let entry = 0; entry < pane.count; entry++) visit(memberOf(pane, entry), false)
  }

  renumberMembers(numbers: Int32Array): void {
    for (const pane of [...this.slices.all(), ...this.revisions.all()]) renumberMembers(pane, this.code.shape, numbers)
    this.blocks.forget()
    this.joined.forget()
  }

  markStrings(used: Uint8Array): void {
    for (const pane of this.slices.all()) markPane(pane, this.code.shape, this.code.textStates, used)
    for (const pane of this.revisions.all()) markPane(pane, this.code.shape, [], used)
  }

  renumberStrings(numbers: Int32Array): void {
    for (const pane of this.slices.all()) renumberPane(pane, this.code.shape, this.code.textStates, numbers)
    for (const pane of this.revisions.all()) renumberPane(pane, this.code.shape, [], numbers)
    this.blocks.forget()
    this.joined.forget()
    this.results.clear()
  }

  private counters(): readonly number[] {
    return [this.watermarkMs, this.firstOpen, this.firstAlive, this.fired, this.revised, this.tooLate, this.windowsMissed, this.failures.failures]
  }

  private fireTime(window: number): number {
    return this.slicing.endOf(window) - 1 + this.fireDelayMs
  }

  /** The first window not fired yet that holds a slice with rows. */
  private nextWindow(): number {
    const first = this.slices.atOrAfter(this.firstOpen - this.slicing.perWindow + 1)
    return first === Number.POSITIVE_INFINITY ? first : Math.max(first, this.firstOpen)
  }

  private foldGroups(pending: Pending): void {
    const { groups } = this
    const { rows, keys } = pending
    pending.from = groups.take(rows, pending.from, pending.to, this.firstOpen)
    pending.at = 0
    if (this.pairs !== null) this.pairLate(pending, this.pairs)
    for (let group = 0; group < groups.groups; group++) {
      const from = groups.starts[group] as number
      const to = groups.starts[group + 1] as number
      if (this.pairs === null) this.fold(rows, keys, groups.numbers[group] as number, groups.selection, from, to)
      else this.foldPairs(pending, this.pairs, groups.numbers[group] as number, from, to)
    }
  }

  private keyed(rows: Rows): Keyed {
    return { rows, keys: keyArrays(this.code.shape, rows.batch, this.context.strings) }
  }

  /** Late rows are few: they are paired at once, and then treated as those of any job. */
  private pairLate(pending: Pending, pairs: MemberPairs): void {
    const { groups } = this
    this.lateRows.handOver(pending.late.rows, this.context)
    if (groups.lateCount === 0) return
    const late = groups.late.subarray(0, groups.lateCount).map((position) => pending.rows.selection[position] as number)
    pending.late = this.keyed(pairs.batch(pending.rows, late, late.length))
    groups.separateLate(pending.late.rows.count)
  }

  private foldPairs({ rows, keys }: Pending, pairs: MemberPairs, number: number, from: number, to: number): void {
    const count = pairs.find(rows, this.groups.selection, from, to)
    if (count === 0) return
    const pane = this.slices.open(number)
    // Four slots an entry.
    if (isMemberOnly(this.code.shape)) pane.reserve(pairs.count >> 2)
    if (count > this.entries.length) this.entries = new Int32Array(count * 2)
    this.code.pairLookup(pane, keys, pairs.rows, 0, count, rows.sequence, this.entries)
    this.code.fold(pane, rows.batch.columns, pairs.rows, 0, count, this.entries, rows.time)
  }

  /** Folds rows selection[from, to), all of one slice. */
  private fold(rows: Rows, keys: KeyArrays, number: number, selection: Int32Array, from: number, to: number): void {
    const pane = this.slices.open(number)
    if (to - from > this.entries.length) this.entries = new Int32Array((to - from) * 2)
    this.code.lookup(pane, keys, selection, from, to, rows.sequence, this.entries)
    this.code.fold(pane, rows.batch.columns, selection, from, to, this.entries, rows.time)
  }

  /** One late row: revises the windows that it still can, in the order of their ends. Answers whether a batch went out. */
  private foldLate(pending: Pending): boolean {
    const position = this.groups.late[pending.at++] as number
    const { rows } = pending.late
    const row = rows.selection[position] as number
    const slice = this.slicing.numberAt(rows.time[row] as number)
    const lastWindow = slice + this.slicing.perWindow - 1
    if (lastWindow < this.firstAlive) {
      this.windowsMissed += this.slicing.perWindow
      this.tooLate++
      this.lateRows.add(row, rows.batch.rows, this.context.watermarkBefore(rows.sequence[row] as number))
      return false
    }
    this.windowsMissed += Math.max(0, this.firstAlive - slice)
    return this.revise(pending.late, position, slice, Math.min(lastWindow, this.firstOpen - 1))
  }

  private revise(pending: Keyed, position: number, slice: number, lastFired: number): boolean {
    const { rows, keys } = pending
    const from = Math.max(slice, this.firstAlive)
    const key = this.keyOf(pending, position)
    const had: boolean[] = []
    for (let window = from; window <= lastFired; window++) had.push(this.holds(window, key))
    this.fold(rows, keys, slice, rows.selection, position, position + 1)
    this.blocks.mend(slice, this.keyOf(pending, position))
    let flushed = false
    for (let window = from; window <= lastFired; window++) {
      const revision = had[window - from] === true ? this.nextRevision(window, pending, position) : 0
      if (revision === 0) this.fired++
      else this.revised++
      flushed = this.emitRevision(window, pending, position, revision) || flushed
    }
    return flushed
  }

  /** A pane with the row's key as its only entry. */
  private keyOf(pending: Keyed, position: number): Pane {
    const { rows, keys } = pending
    this.single.clear()
    this.code.lookup(this.single, keys, rows.selection, position, position + 1, rows.sequence, this.entries)
    return this.single
  }

  /** Whether a fired window already had a row of the key: then its result is revised, else it is new. */
  private holds(window: number, key: Pane): boolean {
    return this.panesOf(window).some((pane) => this.code.find(pane, key, 0) >= 0)
  }

  private nextRevision(window: number, pending: Keyed, position: number): number {
    const { rows, keys } = pending
    const pane = this.revisions.open(window)
    this.revisionLookup(pane, keys, rows.selection, position, position + 1, rows.sequence, this.entries)
    const revisions = pane.states[0] as Float64Array
    const entry = this.entries[0] as number
    revisions[entry]! += 1
    return revisions[entry] as number
  }

  private emitRevision(window: number, pending: Keyed, position: number, revision: number): boolean {
    const key = this.keyOf(pending, position)
    for (const pane of this.panesOf(window)) {
      const entry = this.code.find(pane, key, 0)
      if (entry >= 0) this.code.joinOne(key, 0, pane, entry)
    }
    const { rows } = pending
    return this.emit(key, null, 0, 1, window, rows.sequence[rows.selection[position] as number] as number, revision)
  }

  private begin(window: number, sequence: number): void {
    if (this.slicing.perWindow === 1) {
      const pane = this.slices.get(window) as Pane
      this.firing = { pane, order: null, count: pane.count, at: 0, window, sequence }
    } else {
      this.joined.join(this.panesOf(window))
      this.firing = { pane: this.joined.pane, order: this.joined.order, count: this.joined.count, at: 0, window, sequence }
    }
    this.fired += this.firing.count
  }

  /** What the window is joined from, in time order. */
  private panesOf(window: number): Pane[] {
    return this.blocks.cover(window - this.slicing.perWindow + 1, window)
  }

  /** Writes out the window that fires; answers whether rows are left. */
  private emitFiring(): boolean {
    const { firing } = this
    if (firing === null) return false
    const take = Math.min(this.results.room, firing.count - firing.at)
    const full = this.emit(firing.pane, firing.order, firing.at, firing.at + take, firing.window, firing.sequence, 0)
    firing.at += take
    if (firing.at < firing.count) return true
    this.firing = null
    if (this.context.downstream.stateful) this.flush()
    return full
  }

  /** Writes the results of entries from..to, for which there is room. Answers whether a full batch went out. */
  private emit(pane: Pane, order: Int32Array | null, from: number, to: number, window: number, sequence: number, revision: number): boolean {
    const { results } = this
    const startMs = this.slicing.startOfWindow(window)
    const endMs = this.slicing.endOf(window)
    results.reserve(to - from)
    const start = results.count
    const end = start + to - from
    this.code.emit(pane, order, from, to, results.batch.columns, start, startMs, endMs)
    results.sequence.fill(sequence, start, end)
    results.time.fill(endMs - 1, start, end)
    results.revision?.fill(revision, start, end)
    this.placeInOrder(pane, order, from, to)
    results.count = end
    if (results.room > 0) return false
    this.flush()
    return true
  }

  /** Results of one step come by the first sequences of their keys (semantics O2). */
  private placeInOrder(pane: Pane, order: Int32Array | null, from: number, to: number): void {
    const { ordering } = this.context
    const { order: columns, count } = this.results
    if (ordering === null || columns === null) return
    const [phase, instant, operator, first] = columns as [Float64Array, Float64Array, Float64Array, Float64Array]
    phase.fill(ordering.step.phase, count, count + to - from)
    instant.fill(ordering.step.instant, count, count + to - from)
    operator.fill(ordering.step.operator, count, count + to - from)
    for (let x = from; x < to; x++) first[count + x - from] = pane.first[order === null ? x : (order[x] as number)] as number
  }

  private endRows(rows: Rows): void {
    this.pending = null
    if (this.context.downstream.stateful) this.flush()
    this.lateRows.handOver(rows, this.context)
  }
}
