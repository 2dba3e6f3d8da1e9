import type { LogEvent } from './events.ts'

/** Log time: the wall clock, but it never falls. */
export class LogClock {
  readonly #clock: () => number
  readonly #report: (event: LogEvent) => void
  /** Of the newest entry, also where it still waits for its commit. */
  #entryMs: number
  #nowMs: number
  /** What the wall clock said last. */
  #wallMs: number

  constructor(clock: () => number, report: (event: LogEvent) => void, lastMs: number) {
    this.#clock = clock
    this.#report = report
    this.#entryMs = lastMs
    this.#nowMs = lastMs
    this.#wallMs = lastMs
  }

  get entryMs(): number {
    return this.#entryMs
  }

  now(): number {
    const wallMs = Math.floor(this.#clock())
    if (wallMs < this.#wallMs) this.#report({ kind: 'clock-back', byMs: this.#wallMs - wallMs })
    this.#wallMs = wallMs
    this.#nowMs = Math.max(this.#nowMs, wallMs)
    return this.#nowMs
  }

  /** An entry has this log time. */
  entry(ms: number): void {
    this.#entryMs = Math.max(this.#entryMs, ms)
    this.#nowMs = Math.max(this.#nowMs, ms)
  }
}
