import type { LogEvent } from './events.ts'
import { reasonOf } from './failures.ts'

/** What goes by age is looked for this often. */
const everyMs = 60_000
/** A log to which nothing was committed for so long has time for its upkeep. */
const quietMs = 1000

export interface BackgroundOptions {
  readonly work: () => Promise<void>
  /** Number of the newest commit. */
  readonly commit: () => number
  readonly report: (event: LogEvent) => void
}

/** Does the log's upkeep: now and then, when it is quiet, or when it must be. It keeps no process alive. */
export class Background {
  readonly #options: BackgroundOptions
  readonly #timer: NodeJS.Timeout
  #quiet: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null
  #due = false
  #stopped = false

  constructor(options: BackgroundOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.wake(), everyMs)
    this.#timer.unref()
  }

  /** There is something to do. */
  wake(): void {
    this.#due = true
    this.#running ??= this.#run()
  }

  /** There is something to do that can wait: what a burst appends is rewritten behind it, not beside it. */
  wakeWhenQuiet(): void {
    if (this.#stopped || this.#quiet !== null) return
    const commit = this.#options.commit()
    this.#quiet = setTimeout(() => {
      this.#quiet = null
      if (this.#options.commit() === commit) this.wake()
      else this.wakeWhenQuiet()
    }, quietMs)
    this.#quiet.unref()
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    clearTimeout(this.#quiet ?? undefined)
    await this.#running
  }

  async #run(): Promise<void> {
    const { work, report } = this.#options
    while (this.#due && !this.#stopped) {
      this.#due = false
      await work().catch((error: unknown) => report({ kind: 'background-failed', work: 'upkeep', cause: reasonOf(error) }))
    }
    this.#running = null
  }
}
