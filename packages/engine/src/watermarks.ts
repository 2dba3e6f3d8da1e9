import type { Plan } from '@millrace/plan'
import type { StateReader, StateWriter } from './state/bytes.ts'
import { StreamClock } from './stream-clock.ts'

const none = Number.NEGATIVE_INFINITY

/** Log time, and the watermarks of a job's streams: alone and together (semantics T5, T6). */
export class Watermarks {
  /** Log time of the last entry, ms; -Infinity: there was none. */
  logMs = none
  private readonly clocks: ReadonlyMap<string, StreamClock>
  private ended = false

  constructor(plan: Plan) {
    this.clocks = new Map(Object.entries(plan.streams).map(([name, node]) => [name, new StreamClock(node)]))
  }

  clock(stream: string): StreamClock {
    return this.clocks.get(stream) as StreamClock
  }

  /** The log's clock moved, by any of its entries. */
  logTime(logMs: number): void {
    this.logMs = logMs
    for (const clock of this.clocks.values()) clock.logTime(logMs)
  }

  /** No record will follow on any stream (semantics T8). */
  close(): void {
    this.ended = true
  }

  /** Of rows from all of `streams`; `stream`, if given, counts as having reached `reachedMs`. */
  together(streams: readonly string[], stream?: string, reachedMs = none): number {
    if (this.ended) return Number.POSITIVE_INFINITY
    let live = Number.POSITIVE_INFINITY
    let idle = Number.POSITIVE_INFINITY
    for (const name of streams) {
      const clock = this.clock(name)
      const reached = name === stream ? reachedMs : clock.reached
      if (name === stream || !clock.isIdle(this.logMs)) live = Math.min(live, reached)
      else if (clock.records > 0) idle = Math.min(idle, reached)
    }
    if (live < Number.POSITIVE_INFINITY) return live
    return idle < Number.POSITIVE_INFINITY ? idle : none
  }

  /** What holds rows of `streams` back beside `stream`; Infinity: nothing does. */
  others(streams: readonly string[], stream: string): number {
    let live = Number.POSITIVE_INFINITY
    for (const name of streams) if (name !== stream && !this.clock(name).isIdle(this.logMs)) live = Math.min(live, this.clock(name).reached)
    return live
  }

  /** Log time at which one of the streams, but not `except`, becomes idle; Infinity: none does. */
  idleFrom(streams: readonly string[], except: string | null): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const name of streams) if (name !== except) earliest = Math.min(earliest, this.clock(name).idleFrom(this.logMs))
    return earliest
  }

  /** Log time at which rows of `streams`, all of them idle, reach a watermark; Infinity where one is not. */
  reaches(streams: readonly string[], watermarkMs: number): number {
    let latest = none
    for (const name of streams) {
      const clock = this.clock(name)
      if (!clock.isIdle(this.logMs)) return Number.POSITIVE_INFINITY
      if (clock.records > 0) latest = Math.max(latest, clock.reaches(watermarkMs))
    }
    return latest === none ? Number.POSITIVE_INFINITY : latest
  }

  /** Without the clocks of the streams. */
  snapshot(writer: StateWriter): void {
    writer.number(this.logMs)
    writer.number(this.ended ? 1 : 0)
  }

  restore(reader: StateReader): void {
    this.logMs = reader.number()
    this.ended = reader.number() === 1
  }
}
