import type { LogEvent } from './events.ts'
import { reasonOf } from './failures.ts'

/** What goes by age is looked for this often. */
const everyMs = 60_000

/** Does the log's upkeep when there is a reason, and now and then. It keeps no process alive. */
export class Background {
  readonly #work: () => Promise<void>
  readonly #report: (event: LogEvent) => void
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | null = null
  #due = false
  #stopped = false

  constructor(work: () => Promise<void>, report: (event: LogEvent) => void) {
    this.#work = work
    this.#report = report
    this.#timer = setInterval(() => this.wake(), everyMs)
    this.#timer.unref()
  }

  /** There is something to do. */
  wake(): void {
    this.#due = true
    this.#running ??= this.#run()
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#due && !this.#stopped) {
      this.#due = false
      await this.#work().catch((error: unknown) => this.#report({ kind: 'background-failed', work: 'upkeep', cause: reasonOf(error) }))
    }
    this.#running = null
  }
}
