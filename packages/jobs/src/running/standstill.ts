/** Whether something that has work to do gets on with it, by looks now and then. */
export class Standstill {
  /** Log time since when nothing moved, ms; null: it moves. */
  sinceMs: number | null = null
  private progress = Number.NaN
  /** When it was last seen to move; monotonic and log time, ms. */
  private moved = { atMs: performance.now(), logMs: 0 }

  /** `progress`: any number that changes when something moves. Null: it is as it was. */
  look(idle: boolean, progress: number, afterMs: number, logMs: number): 'stalled' | 'recovered' | null {
    const atMs = performance.now()
    if (idle || progress !== this.progress) {
      this.progress = progress
      this.moved = { atMs, logMs }
      if (this.sinceMs === null) return null
      this.sinceMs = null
      return 'recovered'
    }
    if (this.sinceMs !== null || atMs - this.moved.atMs < afterMs) return null
    this.sinceMs = this.moved.logMs
    return 'stalled'
  }
}
