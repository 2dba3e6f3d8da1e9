import type { Rows } from '@millrace/columns'
import type { AggregateOperator, Field, Plan } from '@millrace/plan'
import type { FailureCount } from '../code/runtime.ts'
import type { OperatorContext, StatefulOperator } from '../operator.ts'
import type { StateWriter } from '../state/bytes.ts'
import { type KeyArrays, keyArrays } from '../state/key-shape.ts'
import { Pane } from '../state/pane.ts'
import type { Restoring } from '../state/restoring.ts'
import { type AggregateCode, aggregateCode, sharedText } from './aggregate-code.ts'
import { memberOf, renumberMembers } from './pane-members.ts'
import { markPane, renumberPane } from './pane-strings.ts'
import { ResultRows } from './result-rows.ts'
import { ToldValues } from './told-values.ts'

interface Pending {
  readonly rows: Rows
  readonly keys: KeyArrays
  at: number
  readonly to: number
}

/** Running totals: folds every row into its key's state and answers with the key's values after it. */
export class RunningAggregate implements StatefulOperator {
  readonly id: string
  readonly eager = false
  readonly failures: FailureCount = { failures: 0 }
  private readonly code: AggregateCode
  private readonly context: OperatorContext
  private readonly results: ResultRows
  private readonly told: ToldValues | null
  private pane: Pane
  private entries = new Int32Array(4096)
  private pending: Pending | null = null
  // Of the last total over windows; a new input is a new cause, so no snapshot needs them.
  private cause = -1
  private number = 0

  constructor(operator: AggregateOperator, input: readonly Field[], output: readonly Field[], params: Plan['params'], context: OperatorContext) {
    this.id = operator.id
    this.context = context
    this.code = aggregateCode(operator, input, output, params, context.strings, this.failures)
    this.pane = new Pane(this.code.shape.words, this.code.initial.length)
    this.results = new ResultRows(output, sharedText(operator, output), context.strings, { revised: false })
    const own = output.map((_, at) => at).slice(operator.key.length)
    this.told = operator.emit === 'change' ? new ToldValues(own, context.strings) : null
  }

  rows(rows: Rows, from: number, to: number): boolean {
    // Windows that fire at once have one cause; their totals are told apart by number, as are exploded rows.
    const numbered = rows.element !== null || rows.windowStart !== null
    if (numbered !== this.results.exploded) this.flush()
    this.results.exploded = numbered
    this.pending = { rows, keys: keyArrays(this.code.shape, rows.batch, this.context.strings), at: from, to }
    return this.more()
  }

  more(): boolean {
    const { pending } = this
    if (pending === null) return false
    while (pending.at < pending.to) {
      this.take(pending, this.told === null ? Math.min(pending.to - pending.at, this.results.room) : 1)
      if (this.results.room > 0) continue
      this.flush()
      if (pending.at < pending.to) return true
    }
    this.pending = null
    if (this.context.downstream.stateful) this.flush()
    return false
  }

  deadline(): number {
    return Number.POSITIVE_INFINITY
  }

  fire(): boolean {
    return false
  }

  advance(): void {}

  boundary(): number {
    return Number.POSITIVE_INFINITY
  }

  flush(): void {
    if (this.results.count === 0) return
    this.context.downstream.emit(this.results.take())
    this.results.clear()
  }

  get stateBytes(): number {
    return this.pane.bytes + (this.told?.bytes ?? 0)
  }

  get keys(): number {
    return this.pane.count
  }

  snapshot(writer: StateWriter): void {
    writer.number(this.failures.failures)
    this.pane.snapshot(writer)
    this.told?.snapshot(writer)
  }

  restore(from: Restoring): void {
    this.failures.failures = from.total()
    const { shape, initial, textStates } = this.code
    const { pane, origins } = from.pane(from.aggregates(shape, initial.length, textStates))
    this.pane = pane
    this.told?.restore(from, origins, pane.count, this.results.batch.columns)
    this.results.clear()
  }

  eachKey(visit: (member: number, open: boolean) => void): void {
    for (let entry = 0; entry < this.pane.count; entry++) visit(memberOf(this.pane, entry), false)
  }

  renumberMembers(numbers: Int32Array): void {
    renumberMembers(this.pane, this.code.shape, numbers, (from, to) => this.told?.move(from, to))
    this.told?.truncate(this.pane.count)
  }

  markStrings(used: Uint8Array): void {
    markPane(this.pane, this.code.shape, this.code.textStates, used)
    this.told?.forEachText(this.results.batch.columns, (number) => {
      used[number] = 1
      return number
    })
  }

  renumberStrings(numbers: Int32Array): void {
    renumberPane(this.pane, this.code.shape, this.code.textStates, numbers)
    this.told?.forEachText(this.results.batch.columns, (number) => numbers[number] as number)
    this.results.clear()
  }

  private take(pending: Pending, count: number): void {
    const { rows, keys, at } = pending
    const { results, code } = this
    const to = at + count
    results.reserve(count)
    const row = results.count
    if (count > this.entries.length) this.entries = new Int32Array(count * 2)
    code.lookup(this.pane, keys, rows.selection, at, to, rows.sequence, this.entries)
    code.run(this.pane, rows.batch.columns, rows.selection, at, to, this.entries, rows.time, results.batch.columns, row)
    pending.at = to
    const told = this.told === null || this.told.differs(results.batch.columns, row, this.entries[0] as number)
    if (told) this.place(rows, at, count)
    else results.unwrite(row)
  }

  /** Where the new rows come from: each from its record. */
  private place(rows: Rows, from: number, count: number): void {
    const { results } = this
    for (let x = 0; x < count; x++) {
      const source = rows.selection[from + x] as number
      const row = results.count + x
      results.sequence[row] = rows.sequence[source] as number
      results.time[row] = rows.time[source] as number
      results.element[row] = rows.element?.[source] ?? this.numberOf(results.sequence[row] as number)
    }
    results.count += count
  }

  /** How many totals this cause gave before. */
  private numberOf(sequence: number): number {
    this.number = sequence === this.cause ? this.number + 1 : 0
    this.cause = sequence
    return this.number
  }
}
