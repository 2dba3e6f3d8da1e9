import type { Station } from './station.ts'
import type { Watermarks } from './watermarks.ts'

/** What the watermarks of a job's streams make due, for which operator, and when. */
export class Due {
  /** Of the station that `first` answered. */
  instant = Number.POSITIVE_INFINITY
  private readonly stations: readonly Station[]
  private readonly watermarks: Watermarks

  constructor(stations: readonly Station[], watermarks: Watermarks) {
    this.stations = stations
    this.watermarks = watermarks
  }

  /** Moves the watermarks of the stations for which nothing is due; answers whether something is. */
  move(): boolean {
    let due = false
    for (const station of this.stations) {
      const reached = this.reachedBy(station)
      const changesAt = station.changesAt()
      if (reached >= changesAt && changesAt < Number.POSITIVE_INFINITY) due = true
      else station.watermarkMs = reached - station.delayMs
    }
    return due
  }

  /** The station that has something to do at the next instant, inputs first (semantics T3). */
  first(): Station | null {
    let first: Station | null = null
    this.instant = Number.POSITIVE_INFINITY
    for (const station of this.stations) {
      const at = station.operator.deadline() + station.delayMs
      if (at < this.instant && at <= this.reachedBy(station)) {
        first = station
        this.instant = at
      }
    }
    return first
  }

  /** Nothing more is due: all watermarks move. */
  settle(): void {
    for (const station of this.stations) {
      station.watermarkMs = this.reachedBy(station) - station.delayMs
      station.operator.advance(station.watermarkMs)
    }
  }

  /** The watermark of the stream, scanned alone, at which some operator must hear of it. */
  limitOf(stream: string): number {
    let limit = Number.POSITIVE_INFINITY
    for (const station of this.stations) {
      if (!station.streams.includes(stream)) continue
      const at = station.changesAt()
      if (at <= this.watermarks.others(station.streams, stream)) limit = Math.min(limit, at)
    }
    return limit
  }

  /** Event time below which a row ends its segment. */
  eagerBelow(stream: string): number {
    let below = Number.NEGATIVE_INFINITY
    for (const { operator, streams, watermarkMs, delayMs } of this.stations) {
      if (operator.eager && streams.includes(stream)) below = Math.max(below, watermarkMs + delayMs + 1, this.watermarks.clock(stream).reached + 1)
    }
    return below
  }

  /**
   * Log time at which it alone changes something: for the driver rows; for a scan of a stream also how rows are treated,
   * but by other streams only, as its own records keep it from being idle.
   */
  logChange(scanned: string | null): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const { streams, operator, delayMs } of this.stations) {
      const deadline = operator.deadline()
      if (deadline < Number.POSITIVE_INFINITY || scanned !== null) earliest = Math.min(earliest, this.watermarks.idleFrom(streams, scanned))
      if (deadline < Number.POSITIVE_INFINITY) earliest = Math.min(earliest, this.watermarks.reaches(streams, deadline + delayMs))
    }
    return earliest
  }

  /** The watermark of the station's streams; it never falls. */
  private reachedBy(station: Station): number {
    return Math.max(station.watermarkMs + station.delayMs, this.watermarks.together(station.streams))
  }
}
