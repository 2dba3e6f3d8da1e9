import { clockStream } from '@millrace/jobs'
import type { Plan } from '@millrace/plan'

/** What a plan's job reads. */
export function entryStreams(plan: Plan): readonly string[] {
  return [...Object.keys(plan.streams), clockStream]
}
