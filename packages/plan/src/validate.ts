import { checkPlan } from './check/plan.ts'
import type { Report } from './check/report.ts'
import { checkSize } from './check/size.ts'
import { checkStructure } from './check/structure.ts'
import type { Issue } from './errors.ts'
import { issue } from './errors.ts'
import type { Plan } from './plan.ts'

/**
 * All that is wrong with a value that should be a plan; empty: it is a plan that an engine can run. What
 * things mean is checked where the structure is right: a plan with wrong structure has those issues only.
 */
export function validate(value: unknown): readonly Issue[] {
  const issues: Issue[] = []
  const report: Report = (code, path, context) => {
    issues.push(issue(code, path, context))
  }
  if (!checkSize(value, report)) return issues
  checkStructure(value, report)
  if (issues.length === 0) checkPlan(value as Plan, report)
  return issues
}
