import type { StreamNode, Watermark } from '@millrace/plan'

/** No watermark yet. */
export const none = Number.NEGATIVE_INFINITY

/** The watermark of one stream: from its records (semantics T2) and, while it is idle, from log time (T5). */
export class StreamClock {
  private readonly node: StreamNode
  /** Event times of all records so far, in log order. */
  private readonly times: number[] = []
  /** The highest watermark that the records alone gave. */
  private own = none
  private reached = none
  /** Log time from which idleness counts: the first entry of the log, the last record, the last resume. */
  private quietSinceMs: number | null = null
  private paused = false

  constructor(node: StreamNode) {
    this.node = node
  }

  /** The log's clock moved, by any of its entries. */
  logTime(logMs: number): void {
    this.quietSinceMs ??= logMs
    if (this.hasRecords() && this.isIdle(logMs)) this.reached = Math.max(this.reached, this.own + logMs - this.quietSinceMs)
  }

  record(timeMs: number, ingestionMs: number): void {
    this.times.push(timeMs)
    this.own = Math.max(this.own, watermarkAfter(this.times, this.node.watermark))
    this.reached = Math.max(this.reached, this.own)
    this.quietSinceMs = ingestionMs
  }

  pause(): void {
    this.paused = true
  }

  resume(logMs: number): void {
    this.paused = false
    this.quietSinceMs = logMs
  }

  hasRecords(): boolean {
    return this.times.length > 0
  }

  isIdle(logMs: number): boolean {
    const { idleTimeoutMs } = this.node
    if (this.paused || idleTimeoutMs === null || this.quietSinceMs === null) return false
    return logMs - this.quietSinceMs >= idleTimeoutMs
  }

  watermark(): number {
    return this.reached
  }
}

function watermarkAfter(times: readonly number[], watermark: Watermark): number {
  switch (watermark.kind) {
    case 'bounded':
      return Math.max(...times) - watermark.outOfOrdernessMs
    case 'monotonic':
      return Math.max(...times)
    case 'oldest-of-last':
      return Math.min(...times.slice(-watermark.records))
    default:
      return watermark satisfies never
  }
}
