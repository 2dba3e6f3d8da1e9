import type { Failing } from '@millrace/api/schemas'
import { backoffMs } from '../live/webhooks/backoff.ts'
import type { Pace } from '../live/webhooks/delivery.ts'

/** A system that is back is noticed within this time. */
const longestPauseMs = 30_000

/**
 * A source or sink from one opening to the next: it lives until it fails, then again after a pause that grows with every failure in a row,
 * until it is stopped.
 */
export class Lives {
  readonly #stopped = new AbortController()
  readonly #pace: Pace
  readonly #over: Promise<void>
  #failing: Failing | null = null
  /** Failures since it last got on. */
  #tries = 0
  /** Null: it has failed since, or was never let in. */
  #openedMs: number | null = null

  /** `live` ends when the signal is given, at the latest with an error then; what it fails with otherwise is the reason that is shown. */
  constructor(pace: Pace, live: (signal: AbortSignal) => Promise<void>) {
    this.#pace = pace
    this.#over = this.#live(live)
  }

  get signal(): AbortSignal {
    return this.#stopped.signal
  }

  get failing(): Failing | null {
    return this.#failing
  }

  /** The system let it in, and nothing waits that it may fail with: where that lasts, it gets on. */
  opened(): void {
    this.#failing = null
    this.#openedMs = this.#pace.now()
  }

  /** It gets on. */
  works(): void {
    this.#failing = null
    this.#tries = 0
  }

  /** Tries `work` until it does not fail; rejects once it is stopped. */
  async until<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        this.signal.throwIfAborted()
        await this.#failed(error)
        this.signal.throwIfAborted()
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#over
  }

  async #live(live: (signal: AbortSignal) => Promise<void>): Promise<void> {
    // Who made it may note it first.
    await Promise.resolve()
    while (!this.signal.aborted) {
      try {
        await live(this.signal)
      } catch (error) {
        if (!this.signal.aborted) await this.#failed(error)
      }
    }
  }

  async #failed(error: unknown): Promise<void> {
    if (this.#openedMs !== null && this.#pace.now() - this.#openedMs > longestPauseMs) this.#tries = 0
    this.#openedMs = null
    const tries = ++this.#tries
    this.#failing = { tries, reason: error instanceof Error ? error.message : String(error) }
    await this.#pace.pause(backoffMs(tries, this.#pace.random(), 0, longestPauseMs), this.signal)
  }
}
