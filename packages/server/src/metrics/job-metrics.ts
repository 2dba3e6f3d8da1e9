import type { JobStatus, Jobs, RunFigures } from '@millrace/jobs'
import type { Log } from '@millrace/log'
import { Gauge, type Registry } from 'prom-client'
import type { BoundedNames, Named, Used } from './bounded-names.ts'
import { PresentValues } from './present-values.ts'
import { lagOf, queueDelays } from './queue-delay.ts'
import { RisingTotals } from './rising-totals.ts'

/** An app's job with its figures, one for each part; none: it does not run, or did not answer in time. */
export interface LookedAt extends Used {
  readonly status: JobStatus
  readonly figures: readonly RunFigures[]
}

const answerMs = 2000
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)
const eachOf = <T>(record: Readonly<Record<string, T>>): readonly T[] => Object.values(record)
const least = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.min(...known)
}

/** All parts of a spread job see all records: counts of what comes in are those of one part, results and state those of all. */
const ofOne = (count: (figures: RunFigures) => number) => (figures: readonly RunFigures[]) => Math.max(...figures.map(count))
const ofAll = (count: (figures: RunFigures) => number) => (figures: readonly RunFigures[]) => sum(figures.map(count))

type Figure = readonly [name: string, help: string, value: (figures: readonly RunFigures[]) => number]

const counted: readonly Figure[] = [
  ['records_total', 'Records taken', ofOne(({ stats }) => sum(eachOf(stats.records)))],
  ['bytes_in_total', 'Bytes of the pieces of the log taken', ofOne(({ bytesIn }) => bytesIn)],
  ['bytes_out_total', 'Bytes of results given', ofAll(({ bytesOut }) => bytesOut)],
  ['results_total', 'Results given, revisions included', ofAll(({ stats }) => sum(eachOf(stats.outputs).map(({ rows }) => rows)))],
  ['revisions_total', 'Results given that revise an earlier one', ofAll(({ stats }) => sum(eachOf(stats.outputs).map(({ revisions }) => revisions)))],
  ['late_records_total', 'Records too late for all of their windows', ofAll(({ stats }) => sum(eachOf(stats.windows).map(({ tooLate }) => tooLate)))],
  ['late_revisions_total', 'Window results revised by late records', ofAll(({ stats }) => sum(eachOf(stats.windows).map(({ revised }) => revised)))],
  [
    'windows_missed_total',
    '(record, window) pairs lost by lateness',
    ofAll(({ stats }) => sum(eachOf(stats.windows).map(({ windowsMissed }) => windowsMissed))),
  ],
  ['windows_fired_total', '(key, window) pairs fired', ofAll(({ stats }) => sum(eachOf(stats.windows).map(({ fired }) => fired)))],
  ['alerts_opened_total', 'Alert episodes opened', ofAll(({ stats }) => sum(eachOf(stats.alerts).map(({ opened }) => opened)))],
  ['alerts_cleared_total', 'Alert episodes ended', ofAll(({ stats }) => sum(eachOf(stats.alerts).map(({ cleared }) => cleared)))],
  ['alerts_suppressed_total', 'Alert episodes held back by a cooldown', ofAll(({ stats }) => sum(eachOf(stats.alerts).map(({ suppressed }) => suppressed)))],
  ['value_errors_total', 'Values that became missing by overflow, division by zero or range', ofAll(({ stats }) => sum(eachOf(stats.failures)))],
  ['cpu_seconds_total', 'Processor time', ofAll(({ cpuMs }) => cpuMs / 1000)],
]

const present: readonly Figure[] = [
  ['state_bytes', 'Bytes of state', ofAll(({ stats }) => stats.stateBytes)],
  ['keys', 'Keys in state', ofAll(({ stats }) => stats.keys)],
  ['open_windows', 'Windows open', ofAll(({ stats }) => sum(eachOf(stats.windows).map(({ open }) => open)))],
  ['open_alerts', 'Alert episodes open', ofAll(({ stats }) => sum(eachOf(stats.alerts).map(({ openNow }) => openNow)))],
  ['parts', 'Threads that the app runs on', (figures) => figures.length],
]

/** Absence of progress is a state of its own, so that it can be an alarm. */
function shownState({ state, stalledMs }: JobStatus): JobStatus['state'] | 'stalled' {
  return state === 'running' && stalledMs !== null ? 'stalled' : state
}

/** What apps do and hold. */
export class JobMetrics {
  private readonly jobs: Jobs
  private readonly log: Log
  private readonly counters: readonly (readonly [RisingTotals<'app'>, Figure[2]])[]
  private readonly gauges: readonly (readonly [PresentValues<'app'>, Figure[2]])[]
  private readonly failures: RisingTotals<'app'>
  /** Of the last look. */
  private queueDelays: ReadonlyMap<LookedAt, number> = new Map()
  private readonly states: Gauge<'state'>
  private readonly times: Readonly<
    Record<'watermark' | 'delay' | 'lag' | 'queueDelay' | 'snapshotAge' | 'snapshotBytes' | 'snapshotPause', PresentValues<'app'>>
  >

  constructor(registry: Registry, names: BoundedNames, jobs: Jobs, log: Log) {
    this.jobs = jobs
    this.log = log
    const total = (name: string, help: string) => new RisingTotals(registry, names, 'app', `millrace_app_${name}`, help)
    const value = (joined: 'sum' | 'max' | 'min', name: string, help: string) => new PresentValues(registry, names, 'app', joined, `millrace_app_${name}`, help)
    this.counters = counted.map(([name, help, of]) => [total(name, help), of])
    this.gauges = present.map(([name, help, of]) => [value('sum', name, help), of])
    this.failures = total('failed_runs_total', 'Runs that ended before their time')
    this.states = new Gauge({ name: 'millrace_apps', help: 'Apps by the state of their job', labelNames: ['state'], registers: [registry] })
    this.times = {
      watermark: value('min', 'watermark_timestamp_seconds', 'Least watermark of the streams, seconds since 1970'),
      delay: value('max', 'watermark_delay_seconds', 'How far the least watermark is behind the log time'),
      lag: value('max', 'lag_records', "Sequences of the tenant's log between the newest record of a stream and what the app has come to"),
      queueDelay: value('max', 'queue_delay_seconds', 'How long the oldest record waits that the app has not taken; 0: none does'),
      snapshotAge: value('max', 'snapshot_age_seconds', 'Since the last snapshot'),
      snapshotBytes: value('sum', 'snapshot_bytes', 'Size of the last snapshot'),
      snapshotPause: value('max', 'snapshot_pause_seconds', 'How long the app stood still for its last snapshot'),
    }
  }

  /** Asks all jobs at once; a thread that is busy answers between two turns. */
  async look(): Promise<readonly LookedAt[]> {
    const apps = await Promise.all(
      this.jobs.list().map(async (status) => {
        const figures = status.state === 'running' ? await this.figures(status) : []
        return { tenant: status.tenant, name: status.job, status, figures, use: sum(figures.map(({ cpuMs }) => cpuMs)) }
      }),
    )
    this.queueDelays = await queueDelays(this.log, apps)
    return apps
  }

  collect(all: readonly LookedAt[]): void {
    for (const [gauge] of this.gauges) gauge.begin()
    for (const gauge of eachOf(this.times)) gauge.begin()
    this.states.reset()
    for (const state of ['running', 'stalled', 'stopping', 'stopped', 'failed'] as const)
      this.states.set({ state }, all.filter(({ status }) => shownState(status) === state).length)
    for (const one of all) this.take(one)
  }

  forget(one: Named): void {
    for (const [counter] of this.counters) counter.forget(one)
    this.failures.forget(one)
  }

  private take(one: LookedAt): void {
    const { status, figures } = one
    this.failures.take(one, status.ended.length)
    this.takeSnapshot(one)
    if (figures.length === 0) return
    for (const [counter, of] of this.counters) counter.take(one, of(figures))
    for (const [gauge, of] of this.gauges) gauge.take(one, of(figures))
    const watermark = least(figures.flatMap(({ stats }) => eachOf(stats.watermarkMs)))
    this.times.watermark.take(one, watermark === null ? null : watermark / 1000)
    this.times.delay.take(one, watermark === null ? null : (this.log.now() - watermark) / 1000)
    this.times.lag.take(one, lagOf(this.log, one))
    this.times.queueDelay.take(one, this.queueDelays.get(one) ?? null)
  }

  private takeSnapshot(one: LookedAt): void {
    const { snapshot } = one.status
    if (snapshot === null) return
    this.times.snapshotAge.take(one, (this.log.now() - snapshot.writtenMs) / 1000)
    this.times.snapshotBytes.take(one, snapshot.bytes)
    this.times.snapshotPause.take(one, snapshot.pauseMs / 1000)
  }

  private async figures({ tenant, job }: JobStatus): Promise<readonly RunFigures[]> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<readonly RunFigures[]>((resolve) => {
      timer = setTimeout(() => resolve([]), answerMs)
    })
    // A job may end between the list and the question.
    return Promise.race([this.jobs.figures(tenant, job).catch(() => []), late]).finally(() => clearTimeout(timer))
  }
}
