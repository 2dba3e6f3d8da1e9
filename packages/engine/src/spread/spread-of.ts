import { type AggregateOperator, type AlertOperator, inputsOf, type Operator, type Plan } from '@millrace/plan'
import { hasState } from '../has-state.ts'
import { orderWidths } from './order-width.ts'
import { PlanColumns } from './plan-columns.ts'

type Keyed = AggregateOperator | AlertOperator

/** Whether jobs that each hold a part of the keys can run a plan together, and how (semantics O3). */
export type Spread =
  | {
      readonly spread: true
      /** By operator with state: the columns of its key whose values say to which part a key belongs. */
      readonly by: Readonly<Record<string, readonly string[]>>
      /** Operators with state that stay whole, on part 0, and why. */
      readonly whole: Readonly<Record<string, string>>
    }
  | { readonly spread: false; readonly reason: string }

/** An operator with state over records, with those over its results: each key of one of them is held by one part. */
interface Family {
  readonly operators: Keyed[]
  /** Why it stays whole; null: it does not. */
  reason: string | null
}

export function spreadOf(plan: Plan): Spread {
  const families = familiesOf(plan)
  if (families.length === 0) return { spread: false, reason: 'no operator has state' }
  const columns = new PlanColumns(plan)
  const by: Record<string, readonly string[]> = {}
  const whole: Record<string, string> = {}
  for (const { operators, reason } of families) {
    const common = reason === null ? commonColumns(operators, columns) : reason
    for (const { id } of operators) {
      if (typeof common === 'string') whole[id] = common
      else by[id] = common.map((column) => column.get(id) as string)
    }
  }
  if (Object.keys(by).length > 0) return { spread: true, by, whole }
  return { spread: false, reason: [...new Set(Object.values(whole))].join('; ') }
}

function familiesOf(plan: Plan): Family[] {
  const widths = orderWidths(plan)
  const families = new Map<string, Family>()
  for (const operator of plan.operators) {
    if (!hasState(operator)) continue
    const above = new Set(statefulBehind(operator, plan).map((id) => families.get(id) as Family))
    const family = joined([...above], operator)
    family.operators.push(operator)
    family.reason ??= ownReason(operator, widths)
    for (const { id } of family.operators) families.set(id, family)
  }
  return [...new Set(families.values())]
}

/** Results of several operators that one reads: their keys need not agree. */
function joined(above: readonly Family[], reader: Operator): Family {
  const [first] = above
  if (first === undefined) return { operators: [], reason: null }
  if (above.length === 1) return first
  return { operators: above.flatMap(({ operators }) => operators), reason: `${reader.id} reads results of several operators` }
}

/** Why an operator cannot be spread, whatever stands before it; null: it can. */
function ownReason(operator: Keyed, widths: ReadonlyMap<string, number>): string | null {
  if (operator.key.length === 0) return `${operator.id} has no key`
  if (operator.kind === 'aggregate' && (widths.get(operator.input) ?? 0) > 0) return `${operator.id} counts on the order of all results that come at once`
  return null
}

/** The operators with state whose rows reach an operator without passing another. */
function statefulBehind(operator: Operator, plan: Plan): string[] {
  return inputsOf(operator).flatMap((id) => {
    const input = plan.operators.find((other) => other.id === id) as Operator
    return hasState(input) ? [id] : statefulBehind(input, plan)
  })
}

/** The key columns that all have, each by operator; or why there are none. */
function commonColumns(operators: readonly Keyed[], columns: PlanColumns): ReadonlyMap<string, string>[] | string {
  const [first, ...others] = operators as [Keyed, ...Keyed[]]
  let common = ownColumns(first, columns)
  if (common.length === 0) return `${first.id} has no key column that all elements of a record share`
  for (const operator of others) {
    common = common.flatMap((column) => carried(column, operator, columns))
    if (common.length === 0) return `${operator.id} has no key column of ${first.id}`
  }
  return common
}

function ownColumns({ id, key, input }: Keyed, columns: PlanColumns): ReadonlyMap<string, string>[] {
  return key.filter((column) => columns.keysBehind(input, column) !== null).map((column) => new Map([[id, column]]))
}

/** A column that the operators so far have in common, with the next one's name for it; nothing where it has it not. */
function carried(column: ReadonlyMap<string, string>, { id, key, input }: Keyed, columns: PlanColumns): ReadonlyMap<string, string>[] {
  const own = key.find((name) => columns.keysBehind(input, name)?.every((behind) => column.get(behind.operator) === behind.column))
  return own === undefined ? [] : [new Map([...column, [id, own]])]
}
