import { type Constant, MillraceError, type Plan } from '@millrace/plan'

/** The plan's params with the values given for this job; a value keeps the type that the app declares. */
export function paramValues(plan: Plan, given: Plan['params'] = {}): Plan['params'] {
  for (const [name, value] of Object.entries(given)) checkParam(plan, name, value)
  return { ...plan.params, ...given }
}

function checkParam(plan: Plan, name: string, value: Constant): void {
  if (!Object.hasOwn(plan.params, name)) throw new MillraceError('JOB_PARAM_UNKNOWN', { name, params: Object.keys(plan.params).join(', ') || 'none' })
  const expected = kindOf(plan.params[name] as Constant)
  const found = kindOf(value)
  if (found !== expected && !(expected === 'a number' && found === 'a whole number')) throw new MillraceError('JOB_PARAM_TYPE', { name, expected, found })
}

function kindOf(value: Constant): string {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'a whole number' : 'a number'
  if (typeof value === 'object') return 'durationMs' in value ? 'a duration' : 'a timestamp'
  return typeof value === 'string' ? 'a string' : 'a boolean'
}
