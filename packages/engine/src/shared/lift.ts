import { type Constant, type NamedExpression, type Operator, type Plan, relations } from '@millrace/plan'
import { memberColumn } from '../code/member-params.ts'
import { paramValues } from '../params.ts'
import { Lifting } from './lifting.ts'

/** A plan whose constants are params, and what they are. */
export interface LiftedPlan {
  /** Equal for all plans of one shape: params stand for constants, and every row has a member's number that all keys begin with. */
  readonly plan: Plan
  /** By number of the param. */
  readonly values: readonly Constant[]
}

/** null: the plan cannot be shared. */
export function lift(plan: Plan, given: Plan['params'] = {}): LiftedPlan | null {
  if (!canBeShared(plan)) return null
  const lifting = new Lifting(plan.params, paramValues(plan, given))
  const operators = plan.operators.map((operator) => liftOperator(operator, lifting))
  const { streams, outputs, version } = plan
  const filtered = withFilters({ version, name: 'shared', params: lifting.params, streams, operators, outputs })
  return { plan: { ...filtered, streams: withMembers(streams) }, values: lifting.values }
}

/** One stream of scalar columns, and operators whose rows come one from one, or are grouped by a key that a member can stand before. */
function canBeShared(plan: Plan): boolean {
  if (Object.keys(plan.streams).length !== 1) return false
  const known = relations(plan)
  return plan.operators.every((operator) => {
    if (operator.kind === 'explode' || operator.kind === 'union') return false
    if (operator.kind === 'read') return known.get(operator.id)?.fields.every(({ type }) => typeof type === 'string') === true
    // Totals over windows are numbered through all keys that one cause brings there.
    return operator.kind !== 'aggregate' || operator.window !== null || known.get(operator.input)?.window === null
  })
}

function liftOperator(operator: Operator, lifting: Lifting): Operator {
  const all = (columns: readonly NamedExpression[]): NamedExpression[] => columns.map(({ name, value }) => ({ name, value: lifting.expression(value) }))
  switch (operator.kind) {
    case 'filter':
      return { ...operator, where: lifting.expression(operator.where) }
    case 'map':
      return { ...operator, columns: [...all(operator.columns), { name: memberColumn, value: { kind: 'column', name: memberColumn } }] }
    case 'aggregate':
      return { ...operator, key: [memberColumn, ...operator.key], columns: all(operator.columns) }
    case 'alert':
      return { ...operator, key: [memberColumn, ...operator.key], when: lifting.expression(operator.when), message: lifting.expression(operator.message) }
    default:
      return operator
  }
}

function withMembers(streams: Plan['streams']): Plan['streams'] {
  return Object.fromEntries(
    Object.entries(streams).map(([name, node]) => {
      const columns = [...node.schema.columns, { name: memberColumn, type: { kind: 'int32' } } as const]
      return [name, { ...node, schema: { columns } }]
    }),
  )
}

/** Members are found where a stream's records are filtered: who reads them unfiltered gets a filter that keeps all. */
function withFilters(plan: Plan): Plan {
  const reads = new Set(plan.operators.flatMap((operator) => (operator.kind === 'read' ? [operator.id] : [])))
  const allOf = (id: string): string => (reads.has(id) ? `_all-${id}` : id)
  const operators = plan.operators.flatMap((operator): Operator[] => {
    if (operator.kind === 'filter' || operator.kind === 'explode' || operator.kind === 'union') return [operator]
    if (operator.kind !== 'read') return [{ ...operator, input: allOf(operator.input) }]
    return [operator, { kind: 'filter', id: allOf(operator.id), input: operator.id, where: { kind: 'literal', value: true } }]
  })
  const outputs = Object.fromEntries(Object.entries(plan.outputs).map(([name, id]) => [name, allOf(id)]))
  const used = new Set([...Object.values(outputs), ...operators.flatMap((operator) => ('input' in operator ? [operator.input] : []))])
  return { ...plan, operators: operators.filter(({ id }) => !id.startsWith('_all-') || used.has(id)), outputs }
}
