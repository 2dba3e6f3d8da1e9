import { planHash } from '@millrace/plan'
import { StateWriter } from '../state/bytes.ts'
import type { JobState } from './job-state.ts'

/** The job's state as bytes; `into` may hand in memory to write to. */
export function takeSnapshot(job: JobState, _into?: (bytes: number) => Uint8Array): Uint8Array {
  const writer = new StateWriter()
  writer.text(planHash(job.plan))
  const { dictionary } = job.strings
  writer.array(dictionary.offsets, dictionary.size + 1)
  writer.array(dictionary.bytes, dictionary.offsets[dictionary.size])
  job.watermarks.snapshot(writer)
  for (const name of Object.keys(job.plan.outputs)) {
    writer.number(job.outputs[name]?.rows ?? 0)
    writer.number(job.outputs[name]?.revisions ?? 0)
  }
  for (const count of job.failureCounts.values()) writer.number(count.failures)
  for (const station of job.stations) {
    writer.number(station.watermarkMs)
    station.operator.snapshot(writer)
  }
  return writer.done()
}
