import type { HistoryFigures } from '@millrace/history'
import type { Jobs } from '@millrace/jobs'
import type { Append, CommitFigures, Log, LogEvent } from '@millrace/log'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Intake } from '../intake/intake.ts'
import { BoundedNames } from './bounded-names.ts'
import { CommitMetrics } from './commit-metrics.ts'
import { ConnectorMetrics } from './connector-metrics.ts'
import { GatewayMetrics } from './gateway-metrics.ts'
import { HistoryMetrics } from './history-metrics.ts'
import { IntakeMetrics } from './intake-metrics.ts'
import { JobMetrics, type LookedAt } from './job-metrics.ts'
import { LatencyMetrics } from './latency-metrics.ts'
import { LogMetrics } from './log-metrics.ts'

export interface MetricsOptions {
  readonly log: Log
  readonly jobs: Jobs
  /** Of all streams that the history holds; default none. */
  readonly history?: () => readonly HistoryFigures[]
  /** Streams, apps, and tenants, that are shown by name; the others are `(other)` together. Default 500 each. */
  readonly names?: number
  /** Apps are looked at this often, also where nobody asks: their streams are followed for latencies. Default 5 s. */
  readonly lookEveryMs?: number
  /** Told of all apps that were looked at. */
  readonly looked?: (apps: readonly LookedAt[]) => void
}

/** The server's figures, by tenant, stream and app (docs/metrics.md). */
export class Metrics {
  readonly contentType: string
  readonly gateways: GatewayMetrics
  readonly history: HistoryMetrics
  private readonly registry = new Registry()
  private readonly streams: BoundedNames
  private readonly apps: BoundedNames
  private readonly intake: IntakeMetrics
  private readonly log: LogMetrics
  private readonly commits: CommitMetrics
  readonly connectors: ConnectorMetrics
  private readonly jobs: JobMetrics
  private readonly latency: LatencyMetrics
  private readonly took: Histogram
  private readonly timer: NodeJS.Timeout
  private readonly looked: (apps: readonly LookedAt[]) => void
  private looking: Promise<void> | null = null

  constructor({ log, jobs, history = () => [], names = 500, lookEveryMs = 5000, looked = () => {} }: MetricsOptions) {
    this.looked = looked
    this.streams = new BoundedNames(names)
    this.apps = new BoundedNames(names)
    this.contentType = this.registry.contentType
    this.gateways = new GatewayMetrics(this.registry)
    this.intake = new IntakeMetrics(this.registry, this.streams)
    this.log = new LogMetrics(this.registry, this.streams, log)
    this.commits = new CommitMetrics(this.registry, log)
    this.history = new HistoryMetrics(this.registry, this.streams, names, history)
    this.connectors = new ConnectorMetrics(this.registry, names)
    this.jobs = new JobMetrics(this.registry, this.apps, jobs, log)
    this.latency = new LatencyMetrics(this.registry, this.apps, log)
    this.took = new Histogram({ name: 'millrace_metrics_look_seconds', help: 'How long it took to gather the figures', registers: [this.registry] })
    collectDefaultMetrics({ register: this.registry })
    // Gauges with a counter's name, which promtool refuses; the same stand there by type.
    for (const what of ['handles', 'requests', 'resources']) this.registry.removeSingleMetric(`nodejs_active_${what}_total`)
    this.timer = setInterval(() => void this.look().catch(() => {}), lookEveryMs).unref()
  }

  /** To be told of each append to the log once it is durable. */
  appended(append: Append): void {
    this.intake.appended(append)
  }

  /** To be told of what the log reports. */
  told(event: LogEvent): void {
    this.commits.told(event)
  }

  /** To be told of each commit of the log. */
  committed(commit: CommitFigures): void {
    this.commits.committed(commit)
  }

  /** The same intake; what passes is counted. */
  counted(intake: Intake): Intake {
    return this.intake.counted(intake)
  }

  /** All figures in Prometheus' text format 0.0.4. */
  async text(): Promise<string> {
    await this.look()
    await this.latency.look()
    return this.registry.metrics()
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.looking?.catch(() => {})
    await this.latency.close()
    this.registry.clear()
  }

  /** Those who ask at once share a look. */
  private look(): Promise<void> {
    this.looking ??= this.lookNow().finally(() => {
      this.looking = null
    })
    return this.looking
  }

  private async lookNow(): Promise<void> {
    const stop = this.took.startTimer()
    this.lookAtStreams()
    const apps = await this.jobs.look()
    this.looked(apps)
    for (const gone of this.apps.admit(apps)) {
      this.jobs.forget(gone)
      this.latency.forget(gone)
    }
    this.jobs.collect(apps)
    this.latency.follow(apps)
    stop()
  }

  private lookAtStreams(): void {
    for (const gone of this.streams.admit(this.log.all())) {
      this.intake.forget(gone)
      this.log.forget(gone)
    }
    this.intake.collect()
    this.log.collect()
    this.commits.collect()
    this.history.collect()
    this.connectors.collect()
  }
}
