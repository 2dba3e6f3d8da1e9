import { spreadOf } from '@millrace/engine'
import { type Pin, pinLimits } from '@millrace/log'
import { clockStream, type JobSpec } from '../job-spec.ts'
import { settledAt } from '../mark.ts'
import type { RunSpec } from '../messages.ts'
import type { Begin } from './begin.ts'
import { Parallelism } from './parallelism.ts'

const defaultStateBytes = 4 * 2 ** 30
const defaultKeys = 20_000_000
const maxParts = 64

/** All that a job reads. */
export function streamsOf({ plan }: JobSpec): readonly string[] {
  return [...Object.keys(plan.streams), clockStream]
}

/** Parts that a job may run in with so many threads: one where its plan does not allow more. */
export function parallelismOf({ plan, parts, spread = 'measured', members }: JobSpec, threads: number): Parallelism {
  const measured = spread === 'measured'
  const most = Math.min(parts ?? threads, maxParts, measured ? threads : maxParts)
  if (most <= 1) return new Parallelism(1, measured, threads > 1 ? 'no more were asked for' : 'there is one thread')
  if (members !== undefined) return new Parallelism(1, measured, 'it is many small jobs')
  const found = spreadOf(plan)
  return found.spread ? new Parallelism(most, measured, measured ? 'it just began' : 'they were asked for') : new Parallelism(1, measured, found.reason)
}

/** What the log keeps for a job. Where log time is the data's, it tells nothing of how long a pin is held. */
export function pinOf(spec: JobSpec, sequence: number, live: boolean): Pin {
  const { maxAgeMs, maxBytes } = pinLimits
  return { tenant: spec.tenant, name: spec.job, streams: streamsOf(spec), sequence, maxAgeMs: live ? maxAgeMs : Number.MAX_SAFE_INTEGER, maxBytes }
}

export function runSpec(
  spec: JobSpec,
  { mark, position, snapshot }: Begin,
  { upgrade, handOverRows }: { readonly upgrade: boolean; readonly handOverRows: number },
  part: RunSpec['part'],
): RunSpec {
  const { tenant, job, plan, params = {}, members = null, weight = 1, quota = {} } = spec
  const { stateBytes = defaultStateBytes, keys = defaultKeys } = quota
  const silentUntil = Math.max(position, mark.position)
  return {
    tenant,
    job,
    plan,
    params,
    members,
    weight,
    stateBytes,
    keys,
    part,
    epoch: mark.epoch,
    snapshots: snapshot?.parts ?? [],
    upgrade,
    position,
    silentUntil,
    settledAt: Math.max(silentUntil, settledAt(mark)),
    handOverRows,
  }
}
