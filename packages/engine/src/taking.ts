import type { Rows } from '@millrace/columns'
import type { Due } from './due.ts'
import { firstAtOrAfter, logTimeOf, rowAt, sequenceOf } from './input-rows.ts'
import type { RowsInput } from './job.ts'
import type { Station } from './station.ts'
import type { Watermarks } from './watermarks.ts'

/** Rows for an operator, of which it has those before place `at`. */
interface Delivery {
  readonly station: Station
  readonly rows: Rows
  at: number
}

/** Rows being taken segment by segment: within one, no operator's treatment of rows changes. */
export class Taking {
  readonly input: RowsInput
  private readonly time: Float64Array
  private readonly deliveries: readonly Delivery[]
  /** The next row of the batch that no operator saw yet. */
  private at: number
  /** The row whose log time took effect already; -1: none. */
  private settled = -1
  /** Number of the next delivery of the segment's rows, which end before row `at`. */
  private delivering: number

  /** `time`: event times by row of the batch. */
  constructor(input: RowsInput, time: Float64Array, rows: readonly { readonly station: Station; readonly rows: Rows }[]) {
    this.input = input
    this.time = time
    this.deliveries = rows.map((delivery) => ({ ...delivery, at: 0 }))
    this.at = input.from
    this.delivering = rows.length
  }

  /** Rows of the segment are not delivered to all yet. */
  get isDelivering(): boolean {
    return this.delivering < this.deliveries.length
  }

  get isDone(): boolean {
    return this.at === this.input.to
  }

  /** A segment has ended: the watermark may have moved. */
  get hasMoved(): boolean {
    return this.at > this.input.from || this.settled >= 0
  }

  /** What ended the segment, and the phase of its step (`spread/step.ts`): before the row, or after it. */
  get cause(): { readonly sequence: number; readonly phase: number } {
    const isBefore = this.at === this.settled
    return { sequence: sequenceOf(this.input, isBefore ? this.at : this.at - 1), phase: isBefore ? 0 : 2 }
  }

  /** Finds the next segment. */
  nextSegment(watermarks: Watermarks, due: Due): void {
    const { input, time, settled } = this
    const clock = watermarks.clock(input.stream)
    const before = this.at
    clock.eagerBelow = due.eagerBelow(input.stream)
    // A record that finds its stream idle wakes it: the watermark of several streams may jump behind it.
    const to = settled === before ? before + 1 : input.to
    this.at = clock.scan(time, input.ingestion, before, to, due.limitOf(input.stream), due.logChange(input.stream), settled)
    if (this.at > before) watermarks.logMs = logTimeOf(input, this.at - 1)
    if (clock.end === 'log' && this.at === before) {
      this.settled = before
      watermarks.logTime(logTimeOf(input, before))
    }
    this.delivering = 0
  }

  /** Delivers rows of the segment to the next operator; answers it where it has more to say. */
  deliver(): Station | null {
    const delivery = this.deliveries[this.delivering++] as Delivery
    const { rows, station, at: from } = delivery
    const to = this.isDone ? rows.count : firstAtOrAfter(rows, from, sequenceOf(this.input, this.at))
    if (to === from) return null
    delivery.at = to
    return station.rows(rows, from, to) ? station : null
  }

  /** Watermark before the record with this sequence, as the station's streams have it. */
  watermarkBefore(station: Station, sequence: number, watermarks: Watermarks): number {
    const row = rowAt(this.input, sequence)
    // That row's log time took effect before it, perhaps while its stream was idle.
    if (row === this.settled) return station.watermarkMs
    const { stream } = this.input
    const reached = watermarks.clock(stream).before[row] as number
    return Math.max(station.watermarkMs, watermarks.together(station.streams, stream, reached) - station.delayMs)
  }
}
