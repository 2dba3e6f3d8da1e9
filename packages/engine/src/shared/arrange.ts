import { type Plan, relations } from '@millrace/plan'
import type { MemberValues } from '../code/member-params.ts'
import { conditionsOf } from './conditions.ts'
import { MemberIndex } from './member-index.ts'

/**
 * The order in which members are best numbered: those that a record finds together then stand together in all columns.
 * It is that of the index of the first filter.
 */
export function arranged(plan: Plan, members: number, values: ReadonlyMap<string, MemberValues>): Int32Array {
  const known = relations(plan)
  for (const operator of plan.operators) {
    if (operator.kind !== 'filter') continue
    const { equal, threshold } = conditionsOf(operator.where, known.get(operator.input)?.fields ?? [], values)
    return new MemberIndex(members, equal, threshold).members
  }
  return Int32Array.from({ length: members }, (_, member) => member)
}
