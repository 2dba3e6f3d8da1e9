import type { AggregateOperator } from '@millrace/plan'
import type { Meaning } from '../expression.ts'
import { foldRowsOf } from '../fold-row.ts'
import { entryOf } from '../groups.ts'
import { type OperatorRun, untimed } from '../operator-run.ts'
import type { Row } from '../row.ts'
import { keyText, type Values } from '../value.ts'

interface Group {
  /** In log order. */
  readonly rows: Row[]
  /** The values given on last, as text. */
  shown: string | null
}

/** Totals over all rows of a key so far: a row a row, or one whenever a value changes. */
export function runningTotals(operator: AggregateOperator, meaning: Meaning): OperatorRun {
  const foldRows = foldRowsOf(operator, meaning)
  const groups = new Map<string, Group>()
  /** The last total over a window: its cause, and its number among those of that cause. */
  let last = { sequence: -1, element: 0 }

  function total(row: Row): Row[] {
    const key = keyOf(operator, row)
    const group = entryOf(groups, keyText(operator.key, key), (): Group => ({ rows: [], shown: null }))
    group.rows.push(row)
    const { values, slack } = foldRows(group.rows, key)
    const text = JSON.stringify(values)
    if (operator.emit === 'change' && text === group.shown) return []
    group.shown = text
    const element = row.windowStart === null ? row.element : numbered(row)
    return [{ ...row, values: { ...key, ...values }, revision: 0, windowStart: null, windowEnd: null, element, origin: null, slack }]
  }

  /** Windows that fire at once have one cause: their totals are told apart by number (semantics R1). */
  function numbered({ sequence }: Row): number {
    last = { sequence, element: sequence === last.sequence ? last.element + 1 : 0 }
    return last.element
  }

  return untimed(([rows = []]) => rows.flatMap(total))
}

/** The key columns of a row. */
export function keyOf(operator: AggregateOperator, row: Row): Values {
  return Object.fromEntries(operator.key.map((name) => [name, row.values[name] ?? null]))
}
