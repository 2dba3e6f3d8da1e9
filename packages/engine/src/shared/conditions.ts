import type { Expression, Field, ParamExpression } from '@millrace/plan'
import type { MemberParams, MemberValues } from '../code/member-params.ts'

/** A filter's condition by how its parts are evaluated. All must be true for a row to be kept. */
export interface Conditions {
  /** The same for all members: evaluated once a row. */
  readonly alike: readonly Expression[]
  /** A column equals what each member has: members are found by an index. */
  readonly equal: readonly Equality[]
  /** Members are sorted by it: those for which it is true come first, the others need not be looked at. */
  readonly threshold: Threshold | null
  /** Evaluated for every row and member. */
  readonly rest: readonly Expression[]
}

export interface Threshold {
  readonly condition: Expression
  readonly param: string
  /** By member. */
  readonly values: Float64Array
  /** What is true for a value is true for all lower ones; else for all higher ones. */
  readonly lowestFirst: boolean
}

export interface Equality {
  readonly column: number
  /** By member. */
  readonly values: MemberValues
}

export function conditionsOf(where: Expression, fields: readonly Field[], values: MemberParams['values']): Conditions {
  const alike: Expression[] = []
  const equal: Equality[] = []
  const rest: Expression[] = []
  let threshold: Threshold | null = null
  for (const part of partsOf(where)) {
    const equality = equalityOf(part, fields, values)
    if (equality !== null) equal.push(equality)
    else if (!differs(part, values)) alike.push(part)
    else if (threshold === null) {
      threshold = thresholdOf(part, values)
      if (threshold === null) rest.push(part)
    } else rest.push(part)
  }
  return { alike, equal, threshold, rest }
}

/** A comparison of what the row says with a number that differs from member to member. */
function thresholdOf(condition: Expression, values: MemberParams['values']): Threshold | null {
  if (condition.kind !== 'call') return null
  const [left, right] = condition.args as [Expression, Expression]
  const greater = condition.name === 'gt' || condition.name === 'ge'
  if (!greater && condition.name !== 'lt' && condition.name !== 'le') return null
  const param = right.kind === 'param' ? right : left
  const other = right.kind === 'param' ? left : right
  const column = param.kind === 'param' ? values.get(param.name) : undefined
  if (!(column instanceof Float64Array) || differs(other, values)) return null
  return { condition, param: (param as ParamExpression).name, values: column, lowestFirst: greater === (param === right) }
}

/** What `and` joins. */
function partsOf(where: Expression): readonly Expression[] {
  return where.kind === 'call' && where.name === 'and' ? where.args.flatMap(partsOf) : [where]
}

function equalityOf(part: Expression, fields: readonly Field[], values: MemberParams['values']): Equality | null {
  if (part.kind !== 'call' || part.name !== 'eq') return null
  const [left, right] = part.args as [Expression, Expression]
  return sidesOf(left, right, fields, values) ?? sidesOf(right, left, fields, values)
}

function sidesOf(column: Expression, param: Expression, fields: readonly Field[], values: MemberParams['values']): Equality | null {
  if (column.kind !== 'column' || param.kind !== 'param') return null
  const of = values.get(param.name)
  return of === undefined ? null : { column: fields.findIndex(({ name }) => name === column.name), values: of }
}

function differs(expression: Expression, values: MemberParams['values']): boolean {
  if (expression.kind === 'param') return values.has(expression.name)
  return expression.kind === 'call' && expression.args.some((argument) => differs(argument, values))
}
