import type { Pane } from '../state/pane.ts'
import { Slices } from '../state/slices.ts'
import type { AggregateCode } from './aggregate-code.ts'

/** Blocks a block of the level below. */
const fanOut = 8

/** Windows of fewer slices are joined from these alone. */
const fewSlices = 16

/**
 * Slices already joined to aligned blocks of 8, 64, 512, ...: a window of many slices is then joined from
 * a few dozen panes, whatever its size by slide. Blocks hold only slices that the watermark has passed,
 * and a late row mends those that hold its slice. They follow from the slices, so no snapshot needs them.
 */
export class SliceBlocks {
  private readonly code: AggregateCode
  private readonly slices: Slices
  /** Of level 1, 2, ...: blocks by number. */
  private readonly levels: Slices[] = []
  private entries = new Int32Array(16)

  constructor(code: AggregateCode, slices: Slices, perWindow: number) {
    this.code = code
    this.slices = slices
    if (perWindow <= fewSlices) return
    for (let size = fanOut; size <= perWindow; size *= fanOut) this.levels.push(new Slices(code.shape.words, code.initial.length))
  }

  /** The panes that cover the slices first to last, in time order. */
  cover(first: number, last: number): Pane[] {
    const panes: Pane[] = []
    for (let slice = first; slice <= last; ) {
      const level = this.levelAt(slice, last)
      const pane = this.block(level, slice / fanOut ** level)
      if (pane !== undefined && pane.count > 0) panes.push(pane)
      slice += fanOut ** level
    }
    return panes
  }

  /** A row was added late to a slice, as the only key of `key`: what is folded from the slice is folded anew. */
  mend(slice: number, key: Pane): void {
    let number = slice
    for (let level = 1; level <= this.levels.length; level++) {
      number = Math.floor(number / fanOut)
      const pane = this.levels[level - 1]?.get(number)
      if (pane !== undefined) this.refold(pane, level, number, key)
    }
  }

  dropBelow(slice: number): void {
    let number = slice
    for (const level of this.levels) {
      number = Math.floor(number / fanOut)
      level.dropBelow(number)
    }
  }

  get bytes(): number {
    return this.levels.reduce((sum, level) => sum + level.bytes, 0)
  }

  forget(): void {
    for (const level of this.levels) level.dropBelow(Number.POSITIVE_INFINITY)
  }

  /** The highest level with a block that begins at `slice` and does not go beyond `last`. */
  private levelAt(slice: number, last: number): number {
    let level = 0
    while (level < this.levels.length) {
      const size = fanOut ** (level + 1)
      if (Math.floor(slice / size) * size !== slice || slice + size - 1 > last) break
      level++
    }
    return level
  }

  private block(level: number, number: number): Pane | undefined {
    if (level === 0) return this.slices.get(number)
    const blocks = this.levels[level - 1] as Slices
    const known = blocks.get(number)
    if (known !== undefined) return known
    const pane = blocks.open(number)
    for (const part of this.parts(level, number)) this.joinInto(pane, part)
    return pane
  }

  private parts(level: number, number: number): Pane[] {
    const parts: Pane[] = []
    for (let part = number * fanOut; part < (number + 1) * fanOut; part++) {
      const pane = this.block(level - 1, part)
      if (pane !== undefined) parts.push(pane)
    }
    return parts
  }

  private joinInto(pane: Pane, part: Pane): void {
    if (this.entries.length < part.count) this.entries = new Int32Array(part.capacity)
    this.code.merge(part, pane, this.entries)
    this.code.join(pane, part, this.entries)
  }

  private refold(pane: Pane, level: number, number: number, key: Pane): void {
    this.code.merge(key, pane, this.entries)
    const entry = this.entries[0] as number
    for (let state = 0; state < pane.states.length; state++) (pane.states[state] as Float64Array)[entry] = Number(this.code.initial[state])
    let first = Number.POSITIVE_INFINITY
    for (const part of this.parts(level, number)) {
      const from = this.code.find(part, key, 0)
      if (from < 0) continue
      this.code.joinOne(pane, entry, part, from)
      first = Math.min(first, part.first[from] as number)
    }
    pane.first[entry] = first
  }
}
