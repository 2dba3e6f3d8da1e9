import { canonical, type Issue, MillraceError, type Plan, validate } from '@millrace/plan'
import { describe, issueText } from './failure.ts'
import { loadPlan } from './load-plan.ts'
import { plainLines } from './plain-text.ts'
import { differences } from './plan-differences.ts'
import { coloured, type Terminal } from './terminal.ts'

/** Prints every issue of the app and of the saved plan, and where the two differ; true where there is nothing to mend. */
export async function check(file: string, saved: string | undefined, terminal: Terminal): Promise<boolean> {
  const plan = await loadPlan(file)
  const issues = validate(plan)
  printIssues(file, issues, terminal)
  if (saved === undefined) return printVerdict(file, issues, plan, terminal)
  const other = await loadPlan(saved)
  const otherIssues = validate(other)
  printIssues(saved, otherIssues, terminal)
  if (issues.length > 0 || otherIssues.length > 0) return false
  return compare(plan as Plan, other as Plan, saved, terminal) && printVerdict(file, issues, plan, terminal)
}

function printIssues(file: string, issues: readonly Issue[], terminal: Terminal): void {
  for (const issue of issues) terminal.out(`${file}: ${plainLines(issueText(issue))}\n`)
  if (issues.length > 0) terminal.out(`${file}: ${issues.length} issue${issues.length === 1 ? '' : 's'}\n`)
}

function printVerdict(file: string, issues: readonly Issue[], plan: unknown, terminal: Terminal): boolean {
  if (issues.length > 0) return false
  const { name, streams, operators, outputs } = plan as Plan
  const counts = `${Object.keys(streams).length} stream(s), ${operators.length} operator(s), ${Object.keys(outputs).length} output(s)`
  terminal.out(`${coloured(terminal.outColours, 'green', 'ok')} ${file}: app "${name}", ${counts}\n`)
  return true
}

function compare(plan: Plan, saved: Plan, file: string, terminal: Terminal): boolean {
  const places = differences(JSON.parse(canonical(saved)), JSON.parse(canonical(plan)))
  if (places.length === 0) return true
  for (const { path, before, after } of places) terminal.out(`${plainLines(`${path}: ${before} -> ${after}`)}\n`)
  terminal.err(`${coloured(terminal.errColours, 'red', 'error:')} ${describe(new MillraceError('CLI_PLAN_DIFFERS', { file, count: places.length }))}\n`)
  return false
}
