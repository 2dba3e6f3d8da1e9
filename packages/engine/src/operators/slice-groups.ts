import type { Rows } from '@millrace/columns'
import type { Slicing } from '../state/slicing.ts'

const places = 64

/**
 * Sorts the rows of a call by the slice that holds them, keeping their order within a slice, so that one
 * loop runs over each slice's rows. At most 64 slices at a time: `take` says how far it came.
 */
export class SliceGroups {
  /** Rows of the batch, those of group g from starts[g] up to starts[g + 1]. */
  selection = new Int32Array(4096)
  readonly starts = new Int32Array(places + 1)
  readonly numbers = new Float64Array(places)
  groups = 0
  /** Positions in the caller's selection of the rows that came too late for their slice's window. */
  late = new Int32Array(64)
  lateCount = 0
  private readonly slicing: Slicing
  private groupOf = new Int8Array(4096)
  private readonly taken = new Float64Array(places).fill(Number.NaN)
  private readonly groupAt = new Int8Array(places)
  private readonly counts = new Int32Array(places)

  constructor(slicing: Slicing) {
    this.slicing = slicing
  }

  /** Groups rows selection[from, to) whose slice is not below `firstOpen`; answers where it stopped. */
  take(rows: Rows, from: number, to: number, firstOpen: number): number {
    this.begin(to - from)
    const end = this.classify(rows, from, to, firstOpen)
    this.scatter(rows.selection, from, end)
    return end
  }

  /** The late rows are the first `count` of a selection of their own now. */
  separateLate(count: number): void {
    this.lateCount = 0
    for (let position = 0; position < count; position++) this.pushLate(position)
  }

  private begin(rows: number): void {
    for (let group = 0; group < this.groups; group++) this.counts[group] = 0
    this.taken.fill(Number.NaN)
    this.groups = 0
    this.lateCount = 0
    if (rows > this.groupOf.length) {
      this.groupOf = new Int8Array(rows * 2)
      this.selection = new Int32Array(rows * 2)
    }
  }

  private classify(rows: Rows, from: number, to: number, firstOpen: number): number {
    const { slicing, groupOf, taken, groupAt, counts } = this
    const { selection, time } = rows
    for (let x = from; x < to; x++) {
      const number = slicing.numberAt(time[selection[x] as number] as number)
      if (number < firstOpen) {
        groupOf[x - from] = -1
        this.pushLate(x)
        continue
      }
      const place = slicing.spread(number) & (places - 1)
      if (taken[place] !== number) {
        if (!Number.isNaN(taken[place] as number)) return x
        taken[place] = number
        this.numbers[this.groups] = number
        groupAt[place] = this.groups++
      }
      const group = groupAt[place] as number
      groupOf[x - from] = group
      counts[group]! += 1
    }
    return to
  }

  private scatter(from: Int32Array, start: number, end: number): void {
    const { counts, starts, groupOf, selection } = this
    let sum = 0
    for (let group = 0; group < this.groups; group++) {
      starts[group] = sum
      sum += counts[group] as number
    }
    for (let x = start; x < end; x++) {
      const group = groupOf[x - start] as number
      if (group < 0) continue
      selection[starts[group] as number] = from[x] as number
      starts[group]! += 1
    }
    // Filling moved every start to its group's end, which is where the next begins.
    for (let group = this.groups; group > 0; group--) starts[group] = starts[group - 1] as number
    starts[0] = 0
  }

  private pushLate(position: number): void {
    if (this.lateCount === this.late.length) {
      const late = new Int32Array(this.late.length * 2)
      late.set(this.late)
      this.late = late
    }
    this.late[this.lateCount++] = position
  }
}
