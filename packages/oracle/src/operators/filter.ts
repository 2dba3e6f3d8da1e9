import type { FilterOperator } from '@millrace/plan'
import { evaluationOf, type Meaning } from '../expression.ts'
import { type OperatorRun, untimed } from '../operator-run.ts'

/** Keeps the rows for which `where` is true. */
export function filter(operator: FilterOperator, meaning: Meaning): OperatorRun {
  const where = evaluationOf(operator.where, meaning)
  return untimed(([rows = []]) => rows.filter((row) => where(row.values) === true))
}
