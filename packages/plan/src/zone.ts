/** A time zone: how far its clocks are ahead of UTC, at every instant. */
export interface Zone {
  readonly name: string
  /** Local time - UTC, ms, at an instant of UTC. */
  offsetMsAt(utcMs: number): number
  /**
   * The instant at which the zone's clocks show a local time (ms since 1970 as if it were UTC). A time that
   * the clocks jump over moves forward by the gap; of two instants it is the earlier (semantics T9).
   */
  toUtcMs(localMs: number): number
}
