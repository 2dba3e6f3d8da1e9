import { decodeBatch } from '@millrace/columns'
import { outputStream, readResults } from '@millrace/jobs'
import type { Log, LogReader, Piece } from '@millrace/log'
import { Histogram, type Registry } from 'prom-client'
import type { BoundedNames, Named } from './bounded-names.ts'
import { IngestionTimes } from './ingestion-times.ts'
import type { LookedAt } from './job-metrics.ts'
import { labelsOf } from './rising-totals.ts'

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 21_600]
/** Looked at of each piece of results, evenly: thousands of one append have about the same latency. */
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

  constructor(registry: Registry, names: BoundedNames, log: Log) {
    this.log = log
    this.names = names
    const histogram = (name: string, help: string) => new Histogram({ name, help, labelNames: ['tenant', 'app'], buckets: seconds, registers: [registry] })
    this.sinceEvent = histogram('millrace_result_event_latency_seconds', 'From the event time until the result was in the log; sampled')
    this.sinceIngestion = histogram(
      'millrace_result_latency_seconds',
      'From the ingestion of the record that caused it until the result was in the log; sampled',
    )
  }

  /** Follows the streams of these apps from now on, and no others. */
  follow(apps: readonly LookedAt[]): void {
    const running = Map.groupBy(
      apps.filter(({ figures }) => figures.length > 0),
      ({ tenant }) => tenant,
    )
    for (const [tenant, of] of running) this.followTenant(tenant, of)
    for (const [tenant, { reader }] of this.followed) {
      if (running.has(tenant)) continue
      reader.close()
      this.followed.delete(tenant)
    }
  }

  forget(one: Named): void {
    for (const histogram of [this.sinceEvent, this.sinceIngestion]) histogram.remove(labelsOf('app', one))
  }

  /** Resolves when all readers ended. */
  async close(): Promise<void> {
    const ends = [...this.followed.values()].map(({ reader, ended }) => {
      reader.close()
      return ended
    })
    this.followed.clear()
    await Promise.all(ends)
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
    if (before?.key === names.join()) return
    before?.reader.close()
    const reader = this.log.reader({ tenant, streams: names, from: this.log.nextSequence(tenant) })
    const times = before?.times ?? new IngestionTimes()
    const following = { tenant, reader, times, outputs }
    // Latencies are worth no more than a gap: the next look begins anew.
    const ended = this.run(following).catch(() => this.stop(following))
    this.followed.set(tenant, { key: names.join(), reader, times, ended })
  }

  private async run(following: Following): Promise<void> {
    const { tenant, reader } = following
    for (;;) {
      await reader.wait()
      if (this.followed.get(tenant)?.reader !== reader) return
      if (this.log.nextSequence(tenant) - reader.position > mostBehind) return this.stop(following)
      const pieces = await reader.read(readBytes)
      // Nothing comes though there was something to wait for: reader or log are closed.
      if (pieces.length === 0) return this.stop(following)
      for (const piece of pieces) this.look(piece, following)
    }
  }

  private stop({ tenant, reader }: Following): void {
    reader.close()
    if (this.followed.get(tenant)?.reader === reader) this.followed.delete(tenant)
  }

  private look(piece: Piece, { tenant, times, outputs }: Following): void {
    const app = outputs.get(piece.chunk.stream)
    if (app === undefined) times.add(piece)
    else if (piece.chunk.kind === 'batch') this.observe({ tenant, name: app }, piece, times)
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
  readonly reader: LogReader
  readonly times: IngestionTimes
  readonly ended: Promise<void>
}

interface Following {
  readonly tenant: string
  readonly reader: LogReader
  readonly times: IngestionTimes
  /** App by stream of its results. */
  readonly outputs: ReadonlyMap<string, string>
}
