import type { Log } from '@millrace/log'
import { Gauge, type Registry } from 'prom-client'
import { type BoundedNames, keyOf, type Named, type Used } from './bounded-names.ts'
import { PresentValues } from './present-values.ts'
import { RisingTotals } from './rising-totals.ts'

/** Of the stream that holds a stream's dead letters. */
export const deadEnd = '/dead'

/** What the log holds, by stream. */
export class LogMetrics {
  private readonly log: Log
  private readonly rows: PresentValues<'stream'>
  private readonly bytes: PresentValues<'stream'>
  private readonly newest: PresentValues<'stream'>
  private readonly dropped: RisingTotals<'stream'>
  private readonly tenants: Gauge

  constructor(registry: Registry, names: BoundedNames, log: Log) {
    this.log = log
    this.rows = new PresentValues(registry, names, 'stream', 'sum', 'millrace_log_records', 'Records kept, results and dead letters included')
    this.bytes = new PresentValues(registry, names, 'stream', 'sum', 'millrace_log_bytes', 'Bytes kept')
    this.dropped = new RisingTotals(registry, names, 'stream', 'millrace_log_dropped_records_total', 'Records that retention dropped, since the log began')
    const help = 'When the newest record came, seconds since 1970'
    this.newest = new PresentValues(registry, names, 'stream', 'max', 'millrace_log_newest_record_timestamp_seconds', help)
    this.tenants = new Gauge({ name: 'millrace_log_tenants', help: 'Tenants whose records the log holds', registers: [registry] })
  }

  /** Streams that the log knows, those of results included; not those of its own marks and ticks. One that only has dead letters is there too. */
  all(): readonly Used[] {
    const all = this.figures().map(({ tenant, stream, bytes }) => ({ tenant, name: stream, use: bytes }))
    const known = new Set(all.map(keyOf))
    const dead = all.filter(({ name }) => name.endsWith(deadEnd)).map((one) => ({ ...one, name: one.name.slice(0, -deadEnd.length) }))
    return [...all, ...dead.filter((one) => !known.has(keyOf(one)))]
  }

  collect(): void {
    for (const gauge of [this.rows, this.bytes, this.newest]) gauge.begin()
    this.tenants.set(this.log.tenants().length)
    for (const { tenant, stream, records, droppedRecords, bytes, lastIngestionMs } of this.figures()) {
      const one = { tenant, name: stream }
      this.rows.take(one, records)
      this.dropped.take(one, droppedRecords)
      this.bytes.take(one, bytes)
      this.newest.take(one, lastIngestionMs === null ? null : lastIngestionMs / 1000)
    }
  }

  forget(one: Named): void {
    this.dropped.forget(one)
  }

  private figures() {
    const streams = this.log.tenants().flatMap((tenant) => this.log.streams(tenant).map((figures) => ({ tenant, ...figures })))
    return streams.filter(({ stream }) => !stream.split('/').at(-1)?.startsWith('$'))
  }
}
