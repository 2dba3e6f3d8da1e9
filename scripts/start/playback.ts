/** A row of a recording: when it is about, and how it is written with its times moved to others. */
export interface RecordedRow {
  readonly eventMs: number
  text(eventMs: number): string
}

export interface PlayedRow {
  readonly eventMs: number
  readonly text: string
}

/** Rows of a recording again and again, faster than they were recorded, as if they happened now. */
export class Playback {
  private readonly rows: readonly RecordedRow[]
  private readonly speed: number
  private readonly spanMs: number
  private next: number
  private readonly startedMs: number
  private readonly beganMs: number

  /** `rows` by event time; `at`: how many were played before. */
  constructor(rows: readonly RecordedRow[], { speed, at, nowMs }: { readonly speed: number; readonly at: number; readonly nowMs: number }) {
    this.rows = rows
    this.speed = speed
    this.spanMs = (rows.at(-1)?.eventMs ?? 0) - (rows[0]?.eventMs ?? 0) + 1000
    this.next = at
    this.startedMs = nowMs
    this.beganMs = this.recordedMs(at)
  }

  /** What happened since the last time, each at its instant of the present. */
  due(nowMs: number): readonly PlayedRow[] {
    const played: PlayedRow[] = []
    for (;;) {
      const eventMs = Math.floor(this.startedMs + (this.recordedMs(this.next) - this.beganMs) / this.speed)
      if (eventMs > nowMs) return played
      played.push({ eventMs, text: this.row(this.next).text(eventMs) })
      this.next++
    }
  }

  private recordedMs(at: number): number {
    return Math.floor(at / this.rows.length) * this.spanMs + this.row(at).eventMs
  }

  private row(at: number): RecordedRow {
    return this.rows[at % this.rows.length] as RecordedRow
  }
}
