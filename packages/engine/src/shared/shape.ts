import { type Plan, planHash } from '@millrace/plan'
import { lift } from './lift.ts'

/**
 * What jobs that can share their work have alike: a hash of the plan without its name and with its constants and
 * params taken out. null: such a plan needs a job of its own. Throws as `openJob` does where a param does not fit.
 */
export function shapeOf(plan: Plan, params: Plan['params'] = {}): string | null {
  const lifted = lift(plan, params)
  return lifted === null ? null : planHash(lifted.plan)
}
