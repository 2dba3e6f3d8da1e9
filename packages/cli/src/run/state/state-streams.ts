import { clockStream } from '@millrace/jobs'
import type { Plan } from '@millrace/plan'

/** Records of a stream that did not fit, as lines of `dead-letters.ndjson`. */
export function deadStream(stream: string): string {
  return `${stream}/dead`
}

/** What a plan's job reads. */
export function entryStreams(plan: Plan): readonly string[] {
  return [...Object.keys(plan.streams), clockStream]
}
