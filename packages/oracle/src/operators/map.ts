import type { MapOperator } from '@millrace/plan'
import { evaluationOf, type Meaning } from '../expression.ts'
import { type OperatorRun, untimed } from '../operator-run.ts'

/** A row of new columns for every row. */
export function map(operator: MapOperator, meaning: Meaning): OperatorRun {
  const columns = operator.columns.map(({ name, value }) => ({ name, evaluate: evaluationOf(value, meaning) }))
  return untimed(([rows = []]) =>
    rows.map((row) => ({ ...row, values: Object.fromEntries(columns.map(({ name, evaluate }) => [name, evaluate(row.values)])) })),
  )
}
