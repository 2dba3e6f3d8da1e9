import { setImmediate } from 'node:timers/promises'
import { decodeBatch } from '@millrace/columns'
import { outputStream, readResults } from '@millrace/jobs'
import type { Log, LogReader, Piece } from '@millrace/log'
import { Histogram, type Registry } from 'prom-client'
import type { BoundedNames, Named } from './bounded-names.ts'
import { IngestionTimes } from './ingestion-times.ts'
import type { LookedAt } from './job-metrics.ts'
import { labelsOf } from './rising-totals.ts'

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 21_600]
/** Soon enough that what is read is still in memory, and seldom enough that a reading is of many appends. */
const readEveryMs = 500
/** Looked at of what is read together: thousands have about the same latency. */
const piecesOfRead = 16
const rowsOfPiece = 32
/** A reader that is further behind begins anew at the end: latencies are samples, and a replay's say nothing. */
const mostBehind = 1_000_000
const readBytes = 1 << 20

/**
 * Time from a record's event time (t0) and from its ingestion (t1) until its result was in the log (t2), by app; all three stand in
 * the log. It is read as it grows: of records only where they stand, of results some rows of each piece.
 */
export class LatencyMetrics {
  private readonly log: Log
  private readonly names: BoundedNames
  private readonly sinceEvent: Histogram<'tenant' | 'app'>
  private readonly sinceIngestion: Histogram<'tenant' | 'app'>
  private readonly followed = new Map<string, Followed>()
  private readonly timer: NodeJS.Timeout
  private looking: Promise<void> | null = null

  constructor(registry: Registry, names: BoundedNames, log: Log) {
    this.log = log
    this.names = names
    const histogram = (name: string, help: string) => new Histogram({ name, help, labelNames: ['tenant', 'app'], buckets: seconds, registers: [registry] })
    this.sinceEvent = histogram('millrace_result_event_latency_seconds', 'From the event time until the result was in the log; sampled')
    this.sinceIngestion = histogram(
      'millrace_result_latency_seconds',
      'From the ingestion of the record that caused it until the result was in the log; sampled',
    )
    this.timer = setInterval(() => void this.look(), readEveryMs).unref()
  }

  /** Follows the streams of these apps from now on, and no others. */
  follow(apps: readonly LookedAt[]): void {
    const running = Map.groupBy(
      apps.filter(({ figures }) => figures.length > 0),
      ({ tenant }) => tenant,
    )
    for (const [tenant, of] of running) this.followTenant(tenant, of)
    for (const tenant of this.followed.keys()) if (!running.has(tenant)) this.stop(tenant)
  }

  /** Resolves when everything that is in the log now was read; those who ask at once share it. */
  look(): Promise<void> {
    this.looking ??= this.readAll().finally(() => {
      this.looking = null
    })
    return this.looking
  }

  forget(one: Named): void {
    for (const histogram of [this.sinceEvent, this.sinceIngestion]) histogram.remove(labelsOf('app', one))
  }

  /** Resolves when nothing is read any more. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    for (const tenant of this.followed.keys()) this.stop(tenant)
    await this.looking
  }

  private followTenant(tenant: string, apps: readonly LookedAt[]): void {
    const outputs = new Map<string, string>()
    const streams = new Set<string>()
    for (const { name, figures } of apps) {
      for (const output of Object.keys(figures[0]?.stats.outputs ?? {})) outputs.set(outputStream(name, output), name)
      for (const stream of Object.keys(figures[0]?.stats.records ?? {})) streams.add(stream)
    }
    const names = [...streams, ...outputs.keys()].sort()
    const before = this.followed.get(tenant)
    const key = names.join()
    if (before?.key === key) return
    before?.reader.close()
    const reader = this.log.reader({ tenant, streams: names, from: this.log.nextSequence(tenant) })
    this.followed.set(tenant, { key, tenant, reader, times: before?.times ?? new IngestionTimes(), outputs })
  }

  private async readAll(): Promise<void> {
    for (const followed of this.followed.values()) {
      // Latencies are worth no more than a gap: the next look at apps begins anew.
      await this.read(followed).catch(() => this.stop(followed.tenant))
    }
  }

  private async read(followed: Followed): Promise<void> {
    const { tenant, reader } = followed
    const end = this.log.nextSequence(tenant)
    if (end - reader.position > mostBehind) this.stop(tenant)
    while (reader.position < end && this.followed.get(tenant) === followed) {
      const pieces = await reader.read(readBytes)
      // What is left are other streams' rows, or the log is closed.
      if (pieces.length === 0) return
      this.take(pieces, followed)
      await setImmediate()
    }
  }

  private stop(tenant: string): void {
    this.followed.get(tenant)?.reader.close()
    this.followed.delete(tenant)
  }

  private take(pieces: readonly Piece[], { tenant, times, outputs }: Followed): void {
    let observed = 0
    for (const piece of pieces) {
      const app = outputs.get(piece.chunk.stream)
      if (app === undefined) times.add(piece)
      else if (piece.chunk.kind === 'batch' && observed++ < piecesOfRead) this.observe({ tenant, name: app }, piece, times)
    }
  }

  private observe(app: Named, { chunk, from, to }: Piece, times: IngestionTimes): void {
    const { rows } = readResults(decodeBatch(chunk.payload))
    const written = new IngestionTimes()
    written.add({ chunk, from: 0, to: chunk.rows })
    const labels = labelsOf('app', this.names.shown(app))
    const step = Math.max(1, Math.floor((to - from) / rowsOfPiece))
    for (let row = from; row < to; row += step) {
      const resultMs = written.ofRow(row)
      this.sinceEvent.observe(labels, Math.max(0, resultMs - (rows.time[row] as number)) / 1000)
      const causedMs = times.at(rows.sequence[row] as number)
      if (causedMs !== null) this.sinceIngestion.observe(labels, (resultMs - causedMs) / 1000)
    }
  }
}

interface Followed {
  /** Names of the streams. */
  readonly key: string
  readonly tenant: string
  readonly reader: LogReader
  readonly times: IngestionTimes
  /** App by stream of its results. */
  readonly outputs: ReadonlyMap<string, string>
}
