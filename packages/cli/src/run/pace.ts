/** A clock of the edge; tests give one of their own. */
export interface Clock {
  nowMs(): number
  sleep(ms: number): Promise<void>
}

export const wallClock: Clock = {
  nowMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

/** Replays data by its own clock: an instant of the data is due so long after the first one as it lies behind it, divided by `speed`. */
export class Pace {
  private readonly clock: Clock
  private readonly speed: number
  private startedMs: number | null = null
  private firstMs = 0

  constructor(clock: Clock, speed: number) {
    this.clock = clock
    this.speed = speed
  }

  /** How long until the instant is due, ms; 0 or less: now. The first instant asked for is due at once. */
  waitMs(dataMs: number): number {
    if (this.startedMs === null) {
      this.startedMs = this.clock.nowMs()
      this.firstMs = dataMs
    }
    return this.startedMs + (dataMs - this.firstMs) / this.speed - this.clock.nowMs()
  }
}
