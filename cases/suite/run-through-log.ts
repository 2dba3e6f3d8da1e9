import { joinBatches } from '@millrace/columns'
import { addStats, type JobStats } from '@millrace/engine'
import { clockStream, EntryNumbers, Jobs } from '@millrace/jobs'
import { type Files, type Log, openLog } from '@millrace/log'
import type { PlainRow } from '../../packages/oracle/test/engine/plain-rows.ts'
import { appendsOf } from '../../packages/oracle/test/jobs/append-case.ts'
import { type LoggedResults, resultsIn } from '../../packages/oracle/test/jobs/read-log.ts'
import { Draw } from '../../packages/oracle/test/random/draw.ts'
import type { Case } from './case.ts'
import { tenant } from './result-id.ts'

/** How a case goes through a log and its job; none of it may show in the results. */
export interface LogWay {
  /** Threads; 0: this one. */
  readonly workers: number
  /** Parts that the job is spread over, where its plan allows it. */
  readonly parts: number
  /** In the middle of the log all is stopped and started again, then in so many parts. */
  readonly partsAfterStop?: number
}

export interface LoggedRun extends LoggedResults {
  readonly stats: JobStats
}

const job = 'case'

/** Appends the log of a case and gives what its job appended: with the numbers of entries in place of their sequences. */
export async function runThroughLog(one: Case, way: LogWay, files: Files, folder: string): Promise<LoggedRun> {
  const appends = appendsOf(tenant, one.plan, one.log.entries, new Draw(1), 4)
  const middle = way.partsAfterStop === undefined ? 0 : Math.ceil(appends.length / 2)
  if (middle > 0) {
    const { log, jobs } = await open(one, way.workers, way.parts, files, folder)
    for (const append of appends.slice(0, middle)) await log.append(append)
    await jobs.close()
    await log.close()
  }
  const { log, jobs } = await open(one, way.workers, way.partsAfterStop ?? way.parts, files, folder)
  for (const append of appends.slice(middle)) await log.append(append)
  await jobs.settle(tenant, job)
  const stats = addStats((await jobs.figures(tenant, job)).map((figures) => figures.stats))
  const results = await resultsIn(log, tenant, job, one.plan)
  const numbers = await numbersIn(log, one)
  await jobs.close()
  await log.close()
  return { outputs: numbered(results.outputs, numbers), late: numbered(results.late, numbers), stats }
}

/** Log time is what the case says. */
async function open({ plan, params }: Case, workers: number, parts: number, files: Files, folder: string): Promise<{ readonly log: Log; readonly jobs: Jobs }> {
  const log = await openLog({ directory: `${folder}/log`, files, clock: () => -8.64e15, journalBytes: 4_096, join: joinBatches })
  const jobs = new Jobs({ log, directory: `${folder}/jobs`, files, workers, live: false })
  await jobs.start({ tenant, job, plan, params, parts })
  return { log, jobs }
}

async function numbersIn(log: Log, { plan }: Case): Promise<EntryNumbers> {
  const numbers = new EntryNumbers()
  const reader = log.reader({ tenant, streams: [...Object.keys(plan.streams), clockStream] })
  for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) for (const piece of pieces) numbers.add(piece)
  reader.close()
  return numbers
}

function numbered<R extends PlainRow>(results: Readonly<Record<string, readonly R[]>>, numbers: EntryNumbers): Record<string, R[]> {
  const rowOf = (row: R): R => ({ ...row, sequence: numbers.of(row.sequence), origin: row.origin === null ? null : numbers.of(row.origin) })
  return Object.fromEntries(Object.entries(results).map(([name, rows]) => [name, rows.map(rowOf)]))
}
