import type { CommitFigures, Log, LogEvent } from '@millrace/log'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const seconds = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** All there are, so that each is a series from the beginning on. */
const eventKinds = [
  'tail-cut',
  'damage',
  'pin-expired',
  'clock-back',
  'disk-full',
  'failed',
  'background-failed',
] as const satisfies readonly LogEvent['kind'][]

/** What the log writes, how long that takes, and what it has on the disk. */
export class CommitMetrics {
  private readonly log: Log
  private readonly took: Histogram
  private readonly synced: Histogram
  private readonly appends: Counter
  private readonly bytes: Counter
  private readonly waiting: Gauge
  private readonly disk: Gauge<'kind'>
  private readonly files: Gauge<'kind'>
  private readonly events: Counter<'kind'>

  constructor(registry: Registry, log: Log) {
    this.log = log
    const registers = [registry]
    const commit = 'How long commits took: writing to the journal and syncing it'
    this.took = new Histogram({ name: 'millrace_log_commit_seconds', help: commit, buckets: seconds, registers })
    this.synced = new Histogram({ name: 'millrace_log_sync_seconds', help: 'How long fdatasync of the journal took', buckets: seconds, registers })
    this.appends = new Counter({ name: 'millrace_log_appends_total', help: 'Appends that were committed, of all tenants', registers })
    this.bytes = new Counter({ name: 'millrace_log_committed_bytes_total', help: 'Bytes written to the journal', registers })
    this.waiting = new Gauge({ name: 'millrace_log_waiting_bytes', help: 'Bytes of appends that wait for their commit', registers })
    this.disk = new Gauge({ name: 'millrace_log_disk_bytes', help: 'Bytes of files, by kind: journal, segment', labelNames: ['kind'], registers })
    this.files = new Gauge({ name: 'millrace_log_files', help: 'Files, by kind: journal, segment', labelNames: ['kind'], registers })
    const events = 'What the log reported, by kind; tail-cut and clock-back need no action'
    this.events = new Counter({ name: 'millrace_log_events_total', help: events, labelNames: ['kind'], registers })
    for (const kind of eventKinds) this.events.inc({ kind }, 0)
  }

  /** What an operator should hear of. */
  told({ kind }: LogEvent): void {
    this.events.inc({ kind })
  }

  committed({ appends, bytes, tookMs, syncMs }: CommitFigures): void {
    this.took.observe(tookMs / 1000)
    if (syncMs > 0) this.synced.observe(syncMs / 1000)
    this.appends.inc(appends)
    this.bytes.inc(bytes)
  }

  collect(): void {
    const { journals, journalBytes, segments, segmentBytes, waitingBytes } = this.log.figures()
    this.waiting.set(waitingBytes)
    this.disk.set({ kind: 'journal' }, journalBytes)
    this.disk.set({ kind: 'segment' }, segmentBytes)
    this.files.set({ kind: 'journal' }, journals)
    this.files.set({ kind: 'segment' }, segments)
  }
}
