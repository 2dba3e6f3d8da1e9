import type { AggregateOperator, Field } from '@millrace/plan'
import type { OperatorContext } from '../operator.ts'
import type { Slicing } from '../state/slicing.ts'
import { type AggregateCode, sharedText } from './aggregate-code.ts'
import { ResultRows } from './result-rows.ts'
import type { WindowKeys } from './window-slices.ts'

/** A window being written out, from entry `at` on. */
interface Firing {
  readonly keys: WindowKeys
  at: number
  readonly window: number
  readonly sequence: number
}

/** Writes the rows of windows, and hands them downstream in batches. */
export class WindowRows {
  private readonly code: AggregateCode
  private readonly slicing: Slicing
  private readonly context: OperatorContext
  private readonly results: ResultRows
  /** What was left when a call's budget ended. */
  private firing: Firing | null = null

  constructor(operator: AggregateOperator, output: readonly Field[], code: AggregateCode, slicing: Slicing, revised: boolean, context: OperatorContext) {
    this.code = code
    this.slicing = slicing
    this.context = context
    const order = context.ordering?.columns
    this.results = new ResultRows(output, sharedText(operator, output), context.strings, { revised, bounds: operator.key.length, order })
  }

  /** All keys of a window fire, because of the entry `sequence`; answers whether rows are left. */
  fire(keys: WindowKeys, window: number, sequence: number): boolean {
    this.firing = { keys, at: 0, window, sequence }
    return this.more()
  }

  /** Writes on; answers whether rows are left. */
  more(): boolean {
    const { firing } = this
    if (firing === null) return false
    const { keys, at, window, sequence } = firing
    const take = Math.min(this.results.room, keys.count - at)
    const full = this.write(keys, at, at + take, window, sequence, 0)
    firing.at += take
    if (firing.at < keys.count) return true
    this.firing = null
    if (this.context.downstream.stateful) this.flush()
    return full
  }

  /** Writes the results of keys from..to, for which there is room. Answers whether a full batch went out. */
  write({ pane, order }: Omit<WindowKeys, 'count'>, from: number, to: number, window: number, sequence: number, revision: number): boolean {
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
    this.placeInOrder({ pane, order }, from, to)
    results.count = end
    if (results.room > 0) return false
    this.flush()
    return true
  }

  flush(): void {
    if (this.results.count === 0) return
    const rows = this.results.take()
    this.context.downstream.emit(rows)
    this.results.clear()
  }

  /** What was not handed on is forgotten. */
  clear(): void {
    this.results.clear()
  }

  /** Results of one step come by the first sequences of their keys (semantics O2). */
  private placeInOrder({ pane, order }: Omit<WindowKeys, 'count'>, from: number, to: number): void {
    const { ordering } = this.context
    const { order: columns, count } = this.results
    if (ordering === null || columns === null) return
    const [phase, instant, operator, first] = columns as [Float64Array, Float64Array, Float64Array, Float64Array]
    phase.fill(ordering.step.phase, count, count + to - from)
    instant.fill(ordering.step.instant, count, count + to - from)
    operator.fill(ordering.step.operator, count, count + to - from)
    for (let x = from; x < to; x++) first[count + x - from] = pane.first[order === null ? x : (order[x] as number)] as number
  }
}
