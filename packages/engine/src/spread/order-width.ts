import { inputsOf, type Operator, type Plan, type Relation, relations } from '@millrace/plan'

/** Columns of `Step`, before what orders the rows of one step. */
const stepColumns = 3

/**
 * How many columns order an operator's rows across parts beside their sequence, by operator: none where every row comes
 * from one record; else those of the step in which they came, and what orders the rows of one step: the first sequence of
 * a window's key; of an episode that ends by silence the row that opened it.
 */
export function orderWidths(plan: Plan): ReadonlyMap<string, number> {
  const known = relations(plan)
  const widths = new Map<string, number>()
  for (const operator of plan.operators) {
    const input = Math.max(0, ...inputsOf(operator).map((id) => widths.get(id) ?? 0))
    widths.set(operator.id, widthOf(operator, input, known))
  }
  return widths
}

function widthOf(operator: Operator, input: number, known: ReadonlyMap<string, Relation>): number {
  if (operator.kind === 'aggregate' && operator.window !== null) return stepColumns + 1
  if (operator.kind === 'alert' && fallsSilent(operator.clearAfterMs, known.get(operator.input) as Relation)) return stepColumns + 1 + input
  return input
}

const fallsSilent = (clearAfterMs: number | null, { window }: Relation): boolean => clearAfterMs !== null || window !== null
