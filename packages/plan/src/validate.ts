import { checkPlan } from './check/plan.ts'
import type { Report } from './check/report.ts'
import { checkSize } from './check/size.ts'
import { checkStructure } from './check/structure.ts'
import type { Issue } from './errors.ts'
import { issue } from './errors.ts'
import type { Plan } from './plan.ts'

/** Enough to mend; checking a hostile plan further would cost more than it tells. */
const mostIssues = 1_000
class EnoughIssues extends Error {}

/**
 * All that is wrong with a value that should be a plan, at most 1,000 issues; none: an engine can run it.
 * A plan of wrong structure has the issues of its structure only.
 */
export function validate(value: unknown): readonly Issue[] {
  const issues: Issue[] = []
  const report: Report = (code, path, context) => {
    issues.push(issue(code, path, context))
    if (issues.length === mostIssues) throw new EnoughIssues()
  }
  try {
    checkAll(value, report, () => issues.length === 0)
  } catch (error) {
    if (!(error instanceof EnoughIssues)) throw error
  }
  return issues
}

function checkAll(value: unknown, report: Report, isRight: () => boolean): void {
  if (!checkSize(value, report)) return
  checkStructure(value, report)
  if (isRight()) checkPlan(value as Plan, report)
}
