import { joinBatches } from '@millrace/columns'
import { addStats, type JobStats, spreadOf } from '@millrace/engine'
import { JobFailed, type JobSpec, Jobs, markStream, readMark } from '@millrace/jobs'
import { type Log, openLog } from '@millrace/log'
import { MillraceError, type Plan, planHash } from '@millrace/plan'
import type { Results } from '../results.ts'
import { jobEventText, logEventText } from './event-text.ts'
import { LogFeed } from './log-feed.ts'
import { ResultTeller } from './result-teller.ts'
import { RunNotes } from './run-notes.ts'
import { type OpenSource, openSource, refuseMixed, type StateInput } from './source.ts'
import type { StateFlags } from './state-flags.ts'
import { stateFolder } from './state-folder.ts'
import { openTicker } from './ticker.ts'

export interface StateRunOptions {
  readonly plan: Plan
  readonly params: Plan['params']
  readonly tenant: string
  readonly flags: StateFlags
  readonly inputs: readonly StateInput[]
  /** Takes lines for whoever runs the command. */
  readonly tell: (line: string) => void
}

/** Log time derives from the data (semantics T8): a clock that never says anything. */
const noClock = (): number => -8.64e15

/** An app over a log in a folder: ended at any instant, the same command goes on as if nothing had happened. */
export class StateRun {
  readonly feed: LogFeed
  /** Where the run's entries begin. */
  readonly begin: OpenSource['begin']
  private readonly log: Log
  private readonly jobs: Jobs
  private readonly spec: JobSpec
  private readonly notes: RunNotes
  private teller: ResultTeller | null = null

  private constructor(log: Log, jobs: Jobs, spec: JobSpec, notes: RunNotes, feed: LogFeed, begin: OpenSource['begin']) {
    this.log = log
    this.jobs = jobs
    this.spec = spec
    this.notes = notes
    this.feed = feed
    this.begin = begin
  }

  /** Throws where the folder is not for this run, before anything in it is changed. */
  static async open(options: StateRunOptions): Promise<StateRun> {
    const { flags, inputs, tell } = options
    refuseMixed(inputs)
    const folder = stateFolder(flags.state)
    const told = once(tell)
    const log = await openLog({ directory: folder.log, clock: noClock, join: joinBatches, report: (event) => told(logEventText(event)) })
    const jobs = new Jobs({ log, directory: folder.jobs, workers: flags.workers, live: false, report: (event) => told(jobEventText(event)) })
    try {
      return await start(log, jobs, options)
    } catch (error) {
      await jobs.abandon()
      await log.close()
      throw inWords(error)
    }

    async function start(log: Log, jobs: Jobs, { plan, params, tenant, inputs }: StateRunOptions): Promise<StateRun> {
      const notes = await RunNotes.read(log, tenant)
      const spec = { tenant, job: plan.name, plan, params, parts: flags.workers }
      const isNewPlan = planIsNew(notes, plan, flags)
      const source = await openSource(log, tenant, notes, inputs, flags.state)
      if (isNewPlan && flags.upgrade) await tellDropped(jobs, spec, tell)
      tellSpread(plan, flags, tell)
      await noteEpoch(log, spec, notes)
      await jobs.start(spec, { fresh: flags.fresh, upgrade: isNewPlan && flags.upgrade })
      await noteEpoch(log, spec, notes)
      if (isNewPlan) await notes.add({ kind: 'app', app: plan.name, plan: planHash(plan) })
      const ticker = await openTicker(plan, params, log, tenant, source.begin.sequence)
      return new StateRun(log, jobs, spec, notes, new LogFeed(log, tenant, source, ticker), source.begin)
    }
  }

  /** All results in the folder are written, from the first. */
  tellTo(results: Results): void {
    this.teller = new ResultTeller(this.log, this.spec.tenant, this.spec.plan, this.notes, results)
  }

  /** Waits where there is too much on its way to the disk; throws what failed. */
  async room(): Promise<void> {
    await this.feed.room()
    this.teller?.check()
    if (this.jobs.status(this.spec.tenant, this.spec.job).state === 'failed') await this.settle()
  }

  /** The inputs came to their end: all their results are computed. */
  async finish(): Promise<void> {
    await this.feed.settle()
    if (!this.notes.isRead) await this.notes.add({ kind: 'read' })
    await this.settle()
  }

  /** Entries that the job has taken, and those there are. */
  async progress(): Promise<{ readonly done: number; readonly of: number }> {
    const figures = await this.jobs.figures(this.spec.tenant, this.spec.job)
    return { done: Math.min(...figures.map(({ position }) => position)), of: this.log.nextSequence(this.spec.tenant) - 1 }
  }

  async stats(): Promise<JobStats> {
    const figures = await this.jobs.figures(this.spec.tenant, this.spec.job)
    return addStats(figures.map(({ stats }) => stats))
  }

  /** Stops the job with a snapshot; what it gave until then is written. */
  async close(): Promise<void> {
    await this.feed.settle()
    await this.jobs.close()
    await this.teller?.end()
    await this.log.close()
  }

  /** Ends after a failure: the next run goes on from what is on the disk. */
  async abandon(): Promise<void> {
    await this.jobs.abandon()
    // What made the run fail may well make these fail, too: it is told already.
    await this.teller?.end().catch(() => {})
    await this.log.close().catch(() => {})
  }

  private async settle(): Promise<void> {
    try {
      await this.jobs.settle(this.spec.tenant, this.spec.job)
    } catch (error) {
      throw inWords(error)
    }
  }
}

/** Whether the plan is not that of the run before; throws where the flags do not say what is to become of that. */
function planIsNew(notes: RunNotes, plan: Plan, { state, fresh, upgrade }: StateFlags): boolean {
  const before = notes.of('app').at(-1)
  if (before === undefined) return true
  if (before.app !== plan.name) throw new MillraceError('CLI_STATE_OTHER_APP', { directory: state, before: before.app, app: plan.name })
  if (before.plan === planHash(plan)) return false
  if (!fresh && !upgrade) throw new MillraceError('CLI_STATE_OTHER_PLAN', { directory: state, app: plan.name })
  return true
}

async function tellDropped(jobs: Jobs, spec: JobSpec, tell: (line: string) => void): Promise<void> {
  const fates = await jobs.compare(spec)
  for (const { kind, name, fate, reason } of fates) if (fate === 'dropped') tell(`upgrade: the state of the ${kind} ${name} is dropped: ${reason}`)
  tell(`upgrade: ${fates.filter(({ fate }) => fate === 'kept').length} of ${fates.filter(({ fate }) => fate !== 'new').length} states are kept`)
}

function tellSpread(plan: Plan, { workers }: StateFlags, tell: (line: string) => void): void {
  const spread = spreadOf(plan)
  if (workers === 1) return
  if (!spread.spread) tell(`note: the app runs on one worker: ${spread.reason}`)
  else for (const [operator, reason] of Object.entries(spread.whole)) tell(`note: ${operator} stays on one worker: ${reason}`)
}

/** The epoch that the job is in, where it is not noted yet. */
async function noteEpoch(log: Log, { tenant, job }: JobSpec, notes: RunNotes): Promise<void> {
  const last = await log.last(tenant, markStream(job))
  if (last === null) return
  const { epoch, begin } = readMark(last)
  if (epoch > 1 && !notes.of('epoch').some((note) => note.epoch === epoch)) await notes.add({ kind: 'epoch', epoch, begin })
}

/** What waits for a full disk says so again and again. */
function once(tell: (line: string) => void): (line: string | null) => void {
  let last: string | null = null
  return (line) => {
    if (line !== null && line !== last) tell(line)
    last = line ?? last
  }
}

function inWords(error: unknown): unknown {
  return error instanceof JobFailed ? new MillraceError('CLI_STATE_JOB_ENDED', { code: error.code, reason: error.message }, { cause: error }) : error
}
