import { type Plan, planHash } from '@millrace/plan'
import { StateWriter } from '../state/bytes.ts'
import { type Fingerprint, fingerprintsOf } from './fingerprint.ts'
import { writeHead, writeSection } from './format.ts'
import type { JobState } from './job-state.ts'

/** The job's state as bytes; `into` may hand in memory to write to. Of large columns only one copy is made. */
export function takeSnapshot(job: JobState, into?: (bytes: number) => Uint8Array): Uint8Array {
  const writer = new StateWriter()
  const { hash, streams, operators } = textsOf(job.plan)
  writeHead(writer, hash, () => {
    writeSection(writer, 'strings', '', '{}', () => job.strings.snapshot(writer))
    writeSection(writer, 'time', '', '{}', () => job.watermarks.snapshot(writer))
    for (const [name, text] of streams) writeSection(writer, 'stream', name, text, () => job.watermarks.clock(name).snapshot(writer))
    for (const station of job.stations) {
      const { id } = station.operator
      writeSection(writer, 'operator', id, operators.get(id) as string, () => {
        writer.number(station.watermarkMs)
        writer.number(station.delayMs)
        station.operator.snapshot(writer)
      })
    }
    writeSection(writer, 'totals', '', '{}', () => writeTotals(writer, job))
  })
  return writer.done(into)
}

function writeTotals(writer: StateWriter, { outputs, failureCounts }: JobState): void {
  const outputEntries = Object.entries(outputs)
  writer.number(outputEntries.length)
  for (const [name, { rows, revisions }] of outputEntries) {
    writer.text(name)
    writer.number(rows)
    writer.number(revisions)
  }
  writer.number(failureCounts.size)
  for (const [operator, { failures }] of failureCounts) {
    writer.text(operator)
    writer.number(failures)
  }
}

/** What of a snapshot is the same for all of a plan. */
interface PlanTexts {
  readonly hash: string
  readonly streams: ReadonlyMap<string, string>
  readonly operators: ReadonlyMap<string, string>
}

const known = new WeakMap<Plan, PlanTexts>()

function textsOf(plan: Plan): PlanTexts {
  const found = known.get(plan)
  if (found !== undefined) return found
  const { streams, operators } = fingerprintsOf(plan)
  const made = { hash: planHash(plan), streams: texts(streams), operators: texts(operators) }
  known.set(plan, made)
  return made
}

const texts = (fingerprints: ReadonlyMap<string, Fingerprint>): ReadonlyMap<string, string> =>
  new Map([...fingerprints].map(([name, fingerprint]) => [name, JSON.stringify(fingerprint)]))
