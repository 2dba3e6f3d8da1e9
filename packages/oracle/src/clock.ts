import type { Plan } from '@millrace/plan'
import { none, StreamClock } from './stream-clock.ts'

/** Log time and the watermarks of all streams of a job. */
export class Clock {
  private readonly streams: ReadonlyMap<string, StreamClock>
  /** The watermark that each set of streams reached: it never falls. */
  private readonly reached = new Map<string, number>()
  private logMs = none
  private ended = false

  constructor(plan: Plan) {
    this.streams = new Map(Object.entries(plan.streams).map(([name, node]) => [name, new StreamClock(node)]))
  }

  logTime(logMs: number): void {
    this.logMs = logMs
    for (const stream of this.streams.values()) stream.logTime(logMs)
  }

  stream(name: string): StreamClock {
    const stream = this.streams.get(name)
    if (stream === undefined) throw new TypeError(`no stream ${name}`)
    return stream
  }

  isIdle(name: string): boolean {
    return this.stream(name).isIdle(this.logMs)
  }

  /** No record will follow on any stream (semantics T8). */
  end(): void {
    this.ended = true
  }

  /** The watermark of rows that come from several streams (semantics T6). */
  watermark(names: readonly string[]): number {
    if (this.ended) return Number.POSITIVE_INFINITY
    const id = JSON.stringify(names)
    const watermark = Math.max(this.reached.get(id) ?? none, this.smallest(names))
    this.reached.set(id, watermark)
    return watermark
  }

  private smallest(names: readonly string[]): number {
    const streams = names.map((name) => this.stream(name)).filter((stream) => stream.hasRecords() || !stream.isIdle(this.logMs))
    const live = streams.filter((stream) => !stream.isIdle(this.logMs))
    const asked = live.length > 0 ? live : streams
    return asked.length === 0 ? none : Math.min(...asked.map((stream) => stream.watermark()))
  }
}
