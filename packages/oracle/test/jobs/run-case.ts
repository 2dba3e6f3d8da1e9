import { joinBatches } from '@millrace/columns'
import { addStats } from '@millrace/engine'
import { type JobSpec, Jobs } from '@millrace/jobs'
import { type Append, type Log, openLog } from '@millrace/log'
import { Random, SimulatedDisk } from '@millrace/log/testing'
import type { Plan } from '@millrace/plan'
import type { LogEntry } from '../../src/log.ts'
import { type OracleResult, runOracle } from '../../src/run.ts'
import { caseOf } from '../equality/case.ts'
import { statsFault } from '../equality/check.ts'
import { Draw } from '../random/draw.ts'
import { sharedCaseOf } from '../shared/random-members.ts'
import { appendsOf } from './append-case.ts'
import { faultInResults } from './fault-in-results.ts'
import { entriesIn, resultsIn } from './read-log.ts'

const tenant = 'acme'
const mostParts = 4

/** How a case goes through a log and its job. */
export interface Way {
  readonly workers: number
  /** Parts that the job is spread over; `changing`: from start to start, and while it runs. */
  readonly parts?: number | 'changing'
  /** How a life of the log ends: an orderly end; the process, or the power, is lost at any operation on a file. */
  readonly ends?: 'orderly' | 'process' | 'power'
}

/** Jobs over one log. */
interface JobsOfCase {
  /** Of any of them: all read the same streams. */
  readonly plan: Plan
  readonly log: readonly LogEntry[]
  readonly jobs: readonly Omit<JobSpec, 'tenant'>[]
  /** They run as one. */
  readonly shared: boolean
}

/** Runs the case of a seed through a log of small files; answers what is wrong with the results, null: they are the oracle's over that log. */
export function faultThroughLog(seed: number, way: Way): Promise<string | null> {
  const { plan, log, params } = caseOf(seed)
  return new CaseRun({ plan, log, jobs: [{ job: 'job', plan, params }], shared: false }, seed, way).run()
}

/** The same of jobs that share their work. */
export function sharedFaultThroughLog(seed: number, way: Way): Promise<string | null> {
  const { members, log } = sharedCaseOf(seed)
  const jobs = members.map(({ id, plan, params }) => ({ job: id, plan, params }))
  return new CaseRun({ plan: (jobs[0] as JobSpec).plan, log, jobs, shared: true }, seed, way).run()
}

/** A log being used, until its life ends. */
interface Life {
  readonly log: Log
  readonly jobs: Jobs
}

class CaseRun {
  private readonly case_: JobsOfCase
  private readonly draw: Draw
  private readonly way: Way
  private disk: SimulatedDisk
  private appends: readonly Append[]
  private lives = 0
  /** Appends acknowledged. */
  private acknowledged = 0

  constructor(case_: JobsOfCase, seed: number, way: Way) {
    this.case_ = case_
    this.draw = new Draw(seed ^ 0x5f3759df)
    this.way = way
    this.disk = new SimulatedDisk({ seed })
    this.appends = appendsOf(tenant, case_.plan, case_.log, this.draw)
  }

  async run(): Promise<string | null> {
    for (;;) {
      const life: { opened?: Life } = {}
      this.limitLife()
      const fault = await Promise.race([this.live(life), this.disk.crashed.then(() => 'ended' as const)])
      if (fault !== 'ended') return fault
      await life.opened?.jobs.abandon()
      const chance = new Random(this.draw.whole(1, 2 ** 31))
      this.disk = this.way.ends === 'power' ? this.disk.powerLoss(chance) : this.disk.processLoss(chance)
    }
  }

  /** Goes on with what is not acknowledged yet, up to the end or an orderly stop. */
  private async live(life: { opened?: Life }): Promise<string | null | 'ended'> {
    for (;;) {
      const { log, jobs } = await this.open(life)
      while (this.acknowledged < this.appends.length) {
        await log.append(this.appends[this.acknowledged] as Append)
        this.acknowledged++
        if (this.draw.chance(0.1)) for (const { job } of jobs.list()) await jobs.snapshot(tenant, job)
        if (this.way.parts === 'changing' && this.draw.chance(0.1)) await this.change(jobs)
        if (this.way.ends === 'orderly' && this.draw.chance(0.1)) break
      }
      const fault = this.acknowledged < this.appends.length ? 'stopped' : await this.faultIn(log, jobs)
      await jobs.close()
      await log.close()
      if (fault !== 'stopped') return fault
    }
  }

  /** In some cases it may still be on its way when the next records come, or the end. */
  private async change(jobs: Jobs): Promise<void> {
    const changed = jobs.list().map(({ job }) => jobs.spread(tenant, job, this.draw.whole(1, mostParts)))
    if (this.draw.chance(0.5)) await Promise.all(changed)
    else for (const one of changed) one.catch(() => {})
  }

  private async faultIn(log: Log, jobs: Jobs): Promise<string | null> {
    const { plan, log: entries } = this.case_
    for (const { job } of jobs.list()) await jobs.settle(tenant, job)
    const seen = await entriesIn(log, tenant, plan)
    if (seen.length !== entries.length) return `the log holds ${seen.length} entries of ${entries.length}`
    for (const { job, plan: own, params } of this.case_.jobs) {
      const oracle = runOracle(own, seen, { params })
      const fault = faultInResults(await resultsIn(log, tenant, job, own), oracle) ?? (this.case_.shared ? null : await totalsFault(jobs, job, oracle))
      if (fault !== null) return `${job}, ${fault}`
    }
    return null
  }

  /** A disk that ends at some operation from now on, later and later, so that the case comes to its end. */
  private limitLife(): void {
    const { ends = 'orderly' } = this.way
    if (ends !== 'orderly') this.disk.crashAt(this.disk.operations + this.draw.whole(1, Math.ceil(80 * 1.4 ** this.lives++)))
  }

  private async open(life: { opened?: Life }): Promise<Life> {
    const { workers, parts: wanted = 1 } = this.way
    const parts = wanted === 'changing' ? this.draw.whole(1, mostParts) : wanted
    const log = await openLog({ directory: '/log', files: this.disk, clock: () => -8.64e15, journalBytes: 16_384, join: joinBatches })
    const jobs = new Jobs({
      log,
      directory: '/jobs',
      files: this.disk,
      workers,
      live: false,
      handOverRows: this.draw.pick(this.case_.shared ? [10, 50, 16_384] : [1, 3, 16_384]),
    })
    life.opened = { log, jobs }
    const specs = this.case_.jobs.map((spec) => ({ ...spec, tenant, parts, spread: 'always' as const }))
    if (this.case_.shared) await jobs.startAll(tenant, specs)
    else for (const spec of specs) await jobs.start(spec)
    return life.opened
  }
}

/** What a job counted, over all of its lives and parts. */
async function totalsFault(jobs: Jobs, job: string, oracle: OracleResult): Promise<string | null> {
  const figures = await jobs.figures(tenant, job)
  return statsFault({ stats: addStats(figures.map(({ stats }) => stats)) }, oracle)
}
