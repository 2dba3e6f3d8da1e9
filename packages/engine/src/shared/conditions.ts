import type { Expression, Field } from '@millrace/plan'
import type { MemberParams, MemberValues } from '../code/member-params.ts'

/** A filter's condition by how its parts are evaluated. All must be true for a row to be kept. */
export interface Conditions {
  /** The same for all members: evaluated once a row. */
  readonly alike: readonly Expression[]
  /** A column equals what each member has: members are found by an index. */
  readonly equal: readonly Equality[]
  /** Evaluated for every row and member. */
  readonly rest: readonly Expression[]
}

export interface Equality {
  readonly column: number
  /** By member. */
  readonly values: MemberValues
}

export function conditionsOf(where: Expression, fields: readonly Field[], { values }: MemberParams): Conditions {
  const alike: Expression[] = []
  const equal: Equality[] = []
  const rest: Expression[] = []
  for (const part of partsOf(where)) {
    const equality = equalityOf(part, fields, values)
    if (equality !== null) equal.push(equality)
    else if (differs(part, values)) rest.push(part)
    else alike.push(part)
  }
  return { alike, equal, rest }
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
