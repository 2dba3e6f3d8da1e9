import type { Log } from '@millrace/log'
import type { JobSpec } from '../job-spec.ts'
import type { Mark } from '../mark.ts'
import type { SnapshotStore } from '../snapshots/snapshot-store.ts'
import { pinOf } from './run-spec.ts'
import type { SnapshotRound } from './snapshot-round.ts'

/** The last snapshot written. */
export interface SnapshotFigures {
  readonly position: number
  readonly bytes: number
  readonly writtenMs: number
  /** How long the job stood still for it, ms. */
  readonly pauseMs: number
  /** From its request until it was durable, ms. */
  readonly tookMs: number
}

/** What a running job writes of its state, and what the log keeps for it since. */
export class KeptState {
  last: SnapshotFigures | null = null
  private readonly spec: JobSpec
  private readonly log: Log
  private readonly store: SnapshotStore
  /** Log time is the clock's. */
  private readonly live: boolean
  /** When the last snapshot was durable or given up, or the job opened; monotonic, ms. */
  private sinceMs = performance.now()

  constructor(spec: JobSpec, { log, store, live }: { readonly log: Log; readonly store: SnapshotStore; readonly live: boolean }) {
    this.spec = spec
    this.log = log
    this.store = store
    this.live = live
  }

  /** Whether the last one is that long ago, and entries up to `lastEntry` were taken since. */
  isDue(everyMs: number, lastEntry: number, { begin }: Mark): boolean {
    return performance.now() - this.sinceMs >= everyMs && lastEntry > (this.last?.position ?? begin)
  }

  /** Resolves when it is durable; then the log may forget what none needs. */
  async write(round: SnapshotRound, { epoch, begin }: Mark): Promise<void> {
    const { spec, log, store } = this
    const { position, pauseMs, states } = round
    const { tenant, job, plan, params = {} } = spec
    const writtenMs = log.now()
    try {
      const bytes = await store.write({ tenant, job, position, epoch, plan, params, writtenMs }, states)
      this.last = { position, bytes, writtenMs, pauseMs, tookMs: round.tookMs }
      await log.pin(pinOf(spec, ((await store.oldestPosition()) ?? begin) + 1, this.live))
    } finally {
      this.sinceMs = performance.now()
    }
  }
}
