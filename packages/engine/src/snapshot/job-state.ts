import type { Plan } from '@millrace/plan'
import type { FailureCount } from '../code/runtime.ts'
import type { Strings } from '../state/strings.ts'
import type { Station } from '../station.ts'
import type { Watermarks } from '../watermarks.ts'

/** What of a job a snapshot holds. */
export interface JobState {
  readonly plan: Plan
  readonly strings: Strings
  readonly watermarks: Watermarks
  /** By output. */
  readonly outputs: Record<string, { rows: number; revisions: number }>
  /** Of operators without state. */
  readonly failureCounts: ReadonlyMap<string, FailureCount>
  readonly stations: readonly Station[]
}
