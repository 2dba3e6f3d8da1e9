import { MillraceError } from './errors.ts'
import { limits } from './limits.ts'
import type { Plan } from './plan.ts'
import { validate } from './validate.ts'

/**
 * A plan from its JSON text. Throws a MillraceError: PLAN_TOO_LARGE or PLAN_NOT_JSON, or PLAN_INVALID
 * with all issues.
 */
export function parsePlan(text: string): Plan {
  if (text.length > limits.planBytes) throw new MillraceError('PLAN_TOO_LARGE', { bytes: Buffer.byteLength(text), limit: limits.planBytes })
  const value = parseJson(text)
  const issues = validate(value)
  const first = issues[0]
  if (first === undefined) return value as Plan
  throw new MillraceError('PLAN_INVALID', { count: issues.length, first: `${first.path === '' ? '' : `${first.path}: `}${first.message}` }, { issues })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MillraceError('PLAN_NOT_JSON', { reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}
