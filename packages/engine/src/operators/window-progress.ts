import type { AggregateOperator } from '@millrace/plan'
import type { StateWriter } from '../state/bytes.ts'
import type { Restoring } from '../state/restoring.ts'
import type { Slicing } from '../state/slicing.ts'

/** Which windows have fired, and which take records still, as the watermark moves on (semantics T3, T4). */
export class WindowProgress {
  watermarkMs = Number.NEGATIVE_INFINITY
  /** Windows below have fired, or fire no more. */
  firstOpen = Number.NEGATIVE_INFINITY
  /** Windows below take no record any more. */
  firstAlive = Number.NEGATIVE_INFINITY
  private readonly slicing: Slicing
  /** How long after its end a window fires: 0, or the allowed lateness where only final results count. */
  private readonly fireDelayMs: number
  private readonly latenessMs: number

  constructor(operator: AggregateOperator, slicing: Slicing) {
    this.slicing = slicing
    this.latenessMs = operator.allowedLatenessMs
    this.fireDelayMs = operator.results === 'final' ? operator.allowedLatenessMs : 0
  }

  /** Windows that have fired may take records. */
  get revises(): boolean {
    return this.latenessMs > this.fireDelayMs
  }

  /** Slices below are in no window that takes records. */
  get firstSlice(): number {
    return this.firstAlive - this.slicing.perWindow + 1
  }

  fireTime(window: number): number {
    return this.slicing.endOf(window) - 1 + this.fireDelayMs
  }

  fire(window: number): void {
    this.watermarkMs = this.fireTime(window)
    this.firstOpen = this.slicing.numberAt(this.slicing.endOf(window))
  }

  advance(watermarkMs: number): void {
    this.watermarkMs = watermarkMs
    // A plan upgraded to more lateness begins to allow it: what was told or dropped before stays so.
    this.firstOpen = Math.max(this.firstOpen, this.slicing.numberAt(watermarkMs + 1 - this.fireDelayMs))
    this.firstAlive = Math.max(this.firstAlive, this.slicing.numberAt(watermarkMs + 1 - this.latenessMs))
  }

  boundary(): number {
    // Before the first watermark any is news.
    if (this.watermarkMs === Number.NEGATIVE_INFINITY) return -Number.MAX_VALUE
    return Math.min(this.fireTime(this.firstOpen), this.slicing.endOf(this.firstAlive) - 1 + this.latenessMs)
  }

  snapshot(writer: StateWriter): void {
    for (const value of [this.watermarkMs, this.firstOpen, this.firstAlive]) writer.number(value)
  }

  restore(from: Restoring): void {
    this.watermarkMs = from.highest()
    this.firstOpen = from.highest()
    this.firstAlive = from.highest()
  }
}
