import { type Job, openJob } from '@millrace/engine'
import { ChunkBatches, Inputs } from '@millrace/jobs'
import type { Log } from '@millrace/log'
import type { Plan } from '@millrace/plan'
import { entryStreams } from './state-streams.ts'

/**
 * A job that says where ticks stand, as it is after the entries of the log below `upTo`; null: there is one stream, whose
 * ticks change nothing that a later record does not (semantics T8).
 */
export async function openTicker(plan: Plan, params: Plan['params'], log: Log, tenant: string, upTo: number): Promise<Job | null> {
  if (Object.keys(plan.streams).length === 1) return null
  const job = openJob(plan, { sink: { rows: () => {}, late: () => {} }, params })
  const inputs = new Inputs(plan, new ChunkBatches(), 0)
  const reader = log.reader({ tenant, streams: entryStreams(plan) })
  for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) {
    inputs.add(pieces, reader.position - 1)
    for (let taken = inputs.take(maxRows, [upTo - 1]); taken !== null; taken = inputs.take(maxRows, [upTo - 1])) {
      if (taken.last >= upTo) break
      job.push(taken.input)
      while (job.run() === 'more');
    }
  }
  reader.close()
  return job
}

const maxRows = 65_536
