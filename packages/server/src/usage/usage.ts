import type { Append, Log, Piece, Receipt } from '@millrace/log'
import type { FastifyBaseLogger } from 'fastify'
import type { Control } from '../control/control.ts'
import type { Intake } from '../intake/intake.ts'
import type { LookedAt } from '../metrics/job-metrics.ts'
import { dayOf, daysBefore } from './day.ts'
import { type AppCount, KeptUsage } from './kept-usage.ts'
import { ProcessorTimes } from './processor-times.ts'
import { type QueryCount, QueryTimes } from './query-times.ts'
import { countingReceived } from './received-bytes.ts'
import { type StreamCount, StreamCounts } from './stream-counts.ts'

const writeEveryMs = 10_000
const keptDays = 400

export interface Counted {
  readonly streams: readonly StreamCount[]
  readonly apps: readonly AppCount[]
  readonly queries: readonly QueryCount[]
}

/**
 * Counts what tenants use. Rows and bytes of the log are counted as they become durable and kept together with the place in the log that
 * they were counted to; what a crash cut off is counted from there at the next start, so none is lost or doubled. Bytes
 * received and processor time of the last seconds are lost with a crash: nothing else knows them.
 */
export class Usage {
  readonly queries: QueryTimes
  private readonly kept: KeptUsage
  private readonly logger: Pick<FastifyBaseLogger, 'error'>
  private readonly clock: () => number
  private readonly counts = new StreamCounts()
  /** By tenant: everything below is counted. */
  private readonly positions = new Map<string, number>()
  private readonly times = new ProcessorTimes()
  private readonly timer: NodeJS.Timeout
  private looked: readonly LookedAt[] = []
  private today = ''

  constructor(control: Control, logger: Pick<FastifyBaseLogger, 'error'>, clock: () => number = Date.now) {
    this.kept = new KeptUsage(control)
    this.queries = new QueryTimes(control, clock)
    this.logger = logger
    this.clock = clock
    this.timer = setInterval(() => this.writeOrReport(), writeEveryMs).unref()
  }

  /** Counts what is in the log and was not counted; before anything is appended. */
  async recover(log: Log): Promise<void> {
    for (const tenant of log.tenants()) {
      const from = this.kept.position(tenant)
      const next = log.nextSequence(tenant)
      // A copy of the log may be older than what was counted.
      if (from > next) this.positions.set(tenant, next)
      if (from >= next) continue
      const reader = log.reader({ tenant, streams: log.streams(tenant).map(({ stream }) => stream), from })
      for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) for (const piece of pieces) this.countPiece(piece)
      reader.close()
      this.positions.set(tenant, next)
    }
    this.write()
  }

  /** To be told of each append, in their order. */
  appended({ tenant, chunks }: Append, { sequences, ingestionMs }: Receipt): void {
    const day = dayOf(ingestionMs)
    for (const { stream, kind, rows, payload } of chunks) if (isCounted(kind)) this.count(tenant, day, stream, rows, payload.length)
    this.positions.set(tenant, (sequences.at(-1) ?? 0) + (chunks.at(-1)?.rows ?? 0))
  }

  /** To be told what apps do, every few seconds. */
  ran(apps: readonly LookedAt[]): void {
    this.looked = apps
    this.times.take(dayOf(this.clock()), apps)
  }

  /** The same intake; bytes that were taken are counted. */
  counted(intake: Intake): Intake {
    return countingReceived(intake, ({ tenant, name }, bytes) => {
      this.counts.of(tenant, dayOf(this.clock()), name).receivedBytes += bytes
    })
  }

  /** What was counted until now, both days included, the oldest first. */
  between(tenant: string, from: string, to: string): Counted {
    this.write()
    return { streams: this.kept.streams(tenant, from, to), apps: this.kept.apps(tenant, from, to), queries: this.queries.days(tenant, from, to) }
  }

  /** A tenant's running apps, as they were a few seconds ago. */
  running(tenant: string): readonly LookedAt[] {
    return this.looked.filter((one) => one.tenant === tenant && one.figures.length > 0)
  }

  /** The tenant is deleted. */
  forgetTenant(tenant: string): void {
    this.counts.forget(tenant)
    this.times.forget(tenant)
    this.positions.delete(tenant)
  }

  /** Once nothing is appended any more. */
  close(): void {
    clearInterval(this.timer)
    this.writeOrReport()
  }

  private writeOrReport(): void {
    try {
      this.write()
    } catch (err) {
      // It stays counted, and is written with the next.
      this.logger.error({ err }, 'usage could not be written')
    }
  }

  private write(): void {
    const today = dayOf(this.clock())
    if (today !== this.today) this.kept.forgetBefore(daysBefore(today, keptDays))
    this.today = today
    const [streams, apps] = [this.counts.all(), this.times.all()]
    if (this.positions.size + streams.length + apps.length === 0) return
    this.kept.add(streams, apps, this.positions)
    for (const written of [this.counts, this.times, this.positions]) written.clear()
  }

  private countPiece({ chunk, from, to }: Piece): void {
    const { tenant, stream, kind, rows, payload, runs } = chunk
    if (!isCounted(kind)) return
    let first = 0
    for (let run = 0; run < runs.count; run++) {
      const end = first + (runs.rows[run] as number)
      const counted = Math.min(end, to) - Math.max(first, from)
      if (counted > 0) this.count(tenant, dayOf(runs.ingestionMs[run] as number), stream, counted, Math.round((payload.length * counted) / rows))
      first = end
    }
  }

  private count(tenant: string, day: string, stream: string, rows: number, bytes: number): void {
    const count = this.counts.of(tenant, day, stream)
    count.rows += rows
    count.bytes += bytes
  }
}

/** Rows, not the log's own entries. */
function isCounted(kind: string): boolean {
  return kind === 'batch' || kind === 'bytes'
}
