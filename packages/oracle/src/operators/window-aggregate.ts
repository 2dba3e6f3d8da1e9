import { type AggregateOperator, type Window, windowsOf } from '@millrace/plan'
import type { Meaning } from '../expression.ts'
import { foldRowsOf, sliceOf } from '../fold-row.ts'
import { entryOf } from '../groups.ts'
import type { OperatorRun } from '../operator-run.ts'
import type { LateRow, Row } from '../row.ts'
import type { WindowCounts } from '../stats.ts'
import { keyText, type Values } from '../value.ts'
import { keyOf } from './running-totals.ts'

/** What is known of one key in one window. */
interface Pane {
  readonly key: Values
  readonly startMs: number
  readonly endMs: number
  /** In log order. */
  readonly rows: Row[]
  /** Of the row shown last; null: none was. */
  revision: number | null
}

/** Folds the rows of each key and window; a window fires when the watermark passes its end (semantics T3, T4). */
export function windowAggregate(operator: AggregateOperator, window: Window, meaning: Meaning, late: LateRow[], counts: WindowCounts): OperatorRun {
  const foldRows = foldRowsOf(operator, meaning)
  const { allowedLatenessMs } = operator
  /** In the order in which their first rows came. */
  const panes = new Map<string, Pane>()

  /** The order in which the rows came. */
  const arrivals = new Map<Row, number>()

  const firesAt = (endMs: number): number => (operator.results === 'final' ? closesAt(endMs) : endMs - 1)
  const closesAt = (endMs: number): number => endMs + allowedLatenessMs - 1

  function take(row: Row, watermark: number): Row[] {
    const windows = windowsOf(window, row.time)
    arrivals.set(row, arrivals.size)
    const open = windows.filter(({ endMs }) => watermark < closesAt(endMs))
    if (open.some(({ endMs }) => watermark >= endMs - 1)) counts.late++
    counts.windowsMissed += windows.length - open.length
    if (open.length === 0) {
      counts.tooLate++
      late.push({ ...row, watermark })
    }
    return open.flatMap(({ startMs, endMs }) => {
      const key = keyOf(operator, row)
      const pane = entryOf(panes, `${startMs} ${keyText(operator.key, key)}`, (): Pane => ({ key, startMs, endMs, rows: [], revision: null }))
      pane.rows.push(row)
      return watermark >= firesAt(endMs) ? [shown(pane, row.sequence)] : []
    })
  }

  function shown(pane: Pane, sequence: number): Row {
    pane.revision = pane.revision === null ? 0 : pane.revision + 1
    if (pane.revision === 0) counts.fired++
    else counts.revised++
    const { values, slack } = foldRows(pane.rows, pane.key)
    const { startMs: windowStart, endMs: windowEnd, revision } = pane
    return {
      values: { ...pane.key, windowStart, windowEnd, ...values },
      sequence,
      time: windowEnd - 1,
      revision,
      windowStart,
      windowEnd,
      element: null,
      origin: null,
      slack,
    }
  }

  /** Semantics O2: rows of one record or tick are told apart by their slice, then by their order. */
  function byFirstRow(a: Pane, b: Pane): number {
    return firstSequence(a) - firstSequence(b) || firstSlice(a) - firstSlice(b) || firstArrival(a) - firstArrival(b)
  }

  const firstSequence = ({ rows }: Pane): number => Math.min(...rows.map(({ sequence }) => sequence))
  const firstSlice = ({ rows }: Pane): number => Math.min(...rows.map(({ time }) => sliceOf(window, time)))
  const firstArrival = (pane: Pane): number =>
    Math.min(...pane.rows.filter(({ time }) => sliceOf(window, time) === firstSlice(pane)).map((row) => arrivals.get(row) as number))

  const waiting = (): Pane[] => [...panes.values()].filter(({ revision }) => revision === null)

  return {
    rows: ([rows = []], watermark) => rows.flatMap((row) => take(row, watermark)),
    due: () => waiting().reduce<number | null>((least, { endMs }) => (least === null ? firesAt(endMs) : Math.min(least, firesAt(endMs))), null),
    reach: (watermark, sequence) =>
      waiting()
        .filter(({ endMs }) => watermark >= firesAt(endMs))
        .sort(byFirstRow)
        .map((pane) => shown(pane, sequence)),
  }
}
