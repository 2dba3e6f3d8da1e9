import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { joinBatches } from '@millrace/columns'
import { Jobs, type JobsOptions } from '@millrace/jobs'
import { type Log, openLog } from '@millrace/log'
import { runOracle } from '../../src/run.ts'
import { type Case, caseOf } from '../equality/case.ts'
import { difference } from '../equality/difference.ts'
import { Draw } from '../random/draw.ts'
import { appendsOf } from './append-case.ts'
import { entriesIn, type LoggedResults, resultsIn } from './read-log.ts'

const tenant = 'acme'
const job = 'job'

/** How a case goes through a log and its job. */
export interface Way {
  readonly workers: number
  readonly parts?: number
  /** After how many appends, at random, the log and its jobs are closed and opened again. 0: never. */
  readonly restartEvery: number
  /** Restarts end without a word, as a crash does, every other time. */
  readonly crash?: true
}

/** Runs the case of a seed through a log of small files; answers what is wrong with the results, null: they are the oracle's over that log. */
export async function faultThroughLog(seed: number, way: Way): Promise<string | null> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-case-'))
  try {
    return await new CaseRun(caseOf(seed), new Draw(seed ^ 0x5f3759df), way, directory).run()
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

class CaseRun {
  private readonly case_: Case
  private readonly draw: Draw
  private readonly way: Way
  private readonly directory: string

  constructor(case_: Case, draw: Draw, way: Way, directory: string) {
    this.case_ = case_
    this.draw = draw
    this.way = way
    this.directory = directory
  }

  async run(): Promise<string | null> {
    const { plan, log: entries, params } = this.case_
    const appends = appendsOf(tenant, plan, entries, this.draw)
    let [log, jobs] = await this.open()
    for (const append of appends) {
      await log.append(append)
      if (this.draw.chance(0.1)) await jobs.snapshot(tenant, job)
      if (this.way.restartEvery > 0 && this.draw.chance(1 / this.way.restartEvery)) {
        await this.close(log, jobs)
        ;[log, jobs] = await this.open()
      }
    }
    await jobs.settle(tenant, job)
    const seen = await entriesIn(log, tenant, plan)
    const results = await resultsIn(log, tenant, job, plan)
    await this.close(log, jobs)
    return seen.length === entries.length ? faultIn(results, runOracle(plan, seen, { params })) : `the log holds ${seen.length} entries of ${entries.length}`
  }

  private async open(): Promise<[Log, Jobs]> {
    const { plan, params } = this.case_
    const log = await openLog({ directory: join(this.directory, 'log'), durability: 'os', clock: () => -8.64e15, journalBytes: 16_384, join: joinBatches })
    const options: JobsOptions = { log, directory: join(this.directory, 'jobs'), workers: this.way.workers, live: false }
    const jobs = new Jobs(options)
    await jobs.start({ tenant, job, plan, params, ...(this.way.parts !== undefined && { parts: this.way.parts }) })
    return [log, jobs]
  }

  private async close(log: Log, jobs: Jobs): Promise<void> {
    if (this.way.crash === true && this.draw.chance(0.5)) await jobs.abandon()
    else await jobs.close()
    await log.close()
  }
}

function faultIn(results: LoggedResults, oracle: ReturnType<typeof runOracle>): string | null {
  for (const [name, rows] of Object.entries(oracle.outputs)) {
    const fault = difference(`output ${name}`, results.outputs[name] ?? [], rows)
    if (fault !== null) return fault
  }
  for (const [id, rows] of Object.entries(oracle.late)) {
    const fault = difference(`late rows of ${id}`, results.late[id] ?? [], rows)
    if (fault !== null) return fault
  }
  return null
}
