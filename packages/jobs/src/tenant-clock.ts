import type { Log } from '@millrace/log'
import { clockStream } from './job-spec.ts'

/** A job as its tenant's clock sees it. */
export interface Ticked {
  /** Log time at which a tick would change something; null: none would, or the job is busy. */
  readonly nextTickMs: number | null
  /** Everything of its streams up to this sequence was taken. */
  readonly takenUpTo: number
}

/** Timers that reach further than a system's do are set again. */
const longestMs = 3_600_000
const retryMs = 500

/** Appends the ticks of a tenant's log: one whenever the deadline of a job comes and no record did its work (semantics T5). */
export class TenantClock {
  private readonly tenant: string
  private readonly log: Pick<Log, 'append' | 'now'>
  private readonly jobs: () => Iterable<Ticked>
  private timer: NodeJS.Timeout | null = null
  /** When the timer goes off, by a clock that nobody sets. */
  private firesMs = Number.POSITIVE_INFINITY
  private appending = false
  private closed = false
  private looking = false
  /** Sequence of the last tick: a job that has not seen it does not know better. */
  private lastTick = 0

  constructor(tenant: string, log: Pick<Log, 'append' | 'now'>, jobs: () => Iterable<Ticked>) {
    this.tenant = tenant
    this.log = log
    this.jobs = jobs
  }

  /** A job may have an earlier deadline now. Of thousands that change at once all are looked at together. */
  changed(): void {
    if (this.looking || this.appending || this.closed) return
    this.looking = true
    setImmediate(() => {
      this.looking = false
      this.look()
    })
  }

  private look(): void {
    if (this.appending || this.closed) return
    const dueMs = this.nextMs()
    if (dueMs === Number.POSITIVE_INFINITY) return
    const waitMs = Math.min(longestMs, Math.max(0, dueMs - this.log.now()))
    // Records move deadlines on: a timer that goes off too early is set again then, rather than with each record.
    const firesMs = performance.now() + waitMs
    if (firesMs >= this.firesMs - 1) return
    this.firesMs = firesMs
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.reached(), waitMs)
  }

  close(): void {
    this.closed = true
    if (this.timer !== null) clearTimeout(this.timer)
  }

  private async reached(): Promise<void> {
    this.firesMs = Number.POSITIVE_INFINITY
    this.timer = null
    if (this.nextMs() <= this.log.now()) {
      this.appending = true
      await this.tick()
      this.appending = false
    }
    this.changed()
  }

  private async tick(): Promise<void> {
    const chunk = { stream: clockStream, kind: 'tick', rows: 1, schema: 0, payload: new Uint8Array(0) } as const
    try {
      const { sequences } = await this.log.append({ tenant: this.tenant, chunks: [chunk] })
      this.lastTick = sequences[0] as number
    } catch {
      // No room, or the log is closed: the job that needs the tick goes on needing it.
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }

  private nextMs(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const { nextTickMs, takenUpTo } of this.jobs()) if (nextTickMs !== null && takenUpTo >= this.lastTick) earliest = Math.min(earliest, nextTickMs)
    return earliest
  }
}
