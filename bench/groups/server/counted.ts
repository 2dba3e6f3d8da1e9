import type { Loaded, LoadSpec } from './load-spec.ts'

/** What is acknowledged after the warm-up and before the end. */
export class Counted {
  readonly untilMs: number
  records = 0
  refused = 0
  private readonly fromMs: number

  constructor({ ms, warmUpMs }: LoadSpec) {
    this.fromMs = performance.now() + warmUpMs
    this.untilMs = this.fromMs + ms
  }

  /** Answers whether it goes on. */
  take(records: number): boolean {
    const now = performance.now()
    if (now >= this.fromMs && now < this.untilMs) this.records += records
    return now < this.untilMs
  }

  /** A body; answers whether it goes on. */
  answered(status: number, records: number): boolean {
    if (status !== 200 && status !== 429) throw new Error(`the server answered ${status}`)
    if (status === 429) this.refused++
    return this.take(status === 200 ? records : 0)
  }

  loaded(alertMs: readonly number[] = []): Loaded {
    return { records: this.records, refused: this.refused, seconds: (this.untilMs - this.fromMs) / 1000, alertMs }
  }
}
