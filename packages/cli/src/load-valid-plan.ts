import { MillraceError, type Plan, validate } from '@millrace/plan'
import { loadPlan } from './load-plan.ts'

/** The plan of an app or plan file; throws a MillraceError with all issues where it is not valid. */
export async function loadValidPlan(file: string): Promise<Plan> {
  const plan = await loadPlan(file)
  const issues = validate(plan)
  if (issues.length > 0) throw new MillraceError('PLAN_INVALID', { count: issues.length, first: issues[0]?.message }, { issues })
  return plan as Plan
}
