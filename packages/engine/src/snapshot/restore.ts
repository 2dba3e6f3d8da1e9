import { MillraceError, planHash } from '@millrace/plan'
import type { JobOptions } from '../job.ts'
import { StateReader } from '../state/bytes.ts'
import type { JobState } from './job-state.ts'

/** Gives a job just opened the state that its options ask for, if any. */
export function restoreState(job: JobState, { snapshot }: JobOptions): void {
  if (snapshot === undefined) return
  const reader = new StateReader(snapshot)
  const found = reader.text()
  const expected = planHash(job.plan)
  if (found !== expected) throw new MillraceError('SNAPSHOT_OF_OTHER_PLAN', { found, expected })
  const offsets = reader.int32()
  const bytes = reader.uint8()
  for (let entry = 0; entry + 1 < offsets.length; entry++) job.strings.dictionary.intern(bytes, offsets[entry] as number, offsets[entry + 1] as number)
  job.watermarks.restore(reader)
  for (const name of Object.keys(job.plan.outputs)) job.outputs[name] = { rows: reader.number(), revisions: reader.number() }
  for (const count of job.failureCounts.values()) count.failures = reader.number()
  for (const station of job.stations) {
    station.watermarkMs = reader.number()
    station.operator.restore(reader)
  }
}
