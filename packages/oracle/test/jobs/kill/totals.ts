import type { JobStats } from '@millrace/engine'
import { lateStream, outputStream } from '@millrace/jobs'
import type { Log } from '@millrace/log'
import type { OracleResult } from '../../../src/run.ts'
import { statsFault } from '../../equality/check.ts'
import { job, tenant } from './kill-case.ts'

/** What a job counted over all of its lives, as the last one tells it. */
export type Totals = Pick<JobStats, 'records' | 'outputs' | 'windows' | 'alerts'>

/** Counts of the job and of the log beside those of the oracle; null: they are the same. */
export function totalsFault(log: Log, { records, outputs, ...stats }: Totals, taken: Readonly<Record<string, number>>, oracle: OracleResult): string | null {
  for (const [stream, count] of Object.entries(taken)) if (records[stream] !== count) return `records of ${stream}: ${records[stream]} of ${count}`
  for (const [name, { length }] of Object.entries(oracle.outputs)) {
    if (outputs[name]?.rows !== length) return `rows of ${name} that the job counted: ${outputs[name]?.rows} of ${length}`
    const kept = log.stream(tenant, outputStream(job, name))?.rows ?? 0
    if (kept !== length) return `rows of ${name} that the log counts: ${kept} of ${length}`
  }
  for (const [id, { length }] of Object.entries(oracle.late)) {
    const kept = log.stream(tenant, lateStream(job, id))?.rows ?? 0
    if (kept !== length) return `late rows of ${id} that the log counts: ${kept} of ${length}`
  }
  return statsFault({ stats }, oracle)
}
