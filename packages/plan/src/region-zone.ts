import type { Zone } from './zone.ts'

const hourMs = 3_600_000
const dayMs = 86_400_000
/** Instants may come from data, so the blocks that are remembered are bounded. */
const mostBlocks = 2_000

/** Instants from `starts[i]` (inclusive) to `starts[i + 1]` have the offset `offsets[i]`. */
interface Stretches {
  readonly starts: readonly number[]
  readonly offsets: readonly number[]
}

/** About half a year: what is asked of Intl at once. */
const blockMs = 2 ** 34
/** About six days: no zone changed its clocks twice within less and back again. */
const stepMs = 2 ** 29
/** More than any clock was ever moved at once (Samoa left out a day). */
const largestShiftMs = 26 * hourMs

/** A zone whose offset changes: Intl is asked once a block, then the stretch asked last answers. */
export class RegionZone implements Zone {
  readonly name: string
  private readonly clock: Intl.DateTimeFormat
  private readonly blocks = new Map<number, Stretches>()
  private fromMs = 0
  private untilMs = 0
  private offsetMs = 0

  constructor(name: string, clock: Intl.DateTimeFormat) {
    this.name = name
    this.clock = clock
  }

  offsetMsAt(utcMs: number): number {
    if (utcMs >= this.fromMs && utcMs < this.untilMs) return this.offsetMs
    return this.look(utcMs)
  }

  toUtcMs(localMs: number): number {
    const utcMs = localMs - this.offsetMs
    if (utcMs - largestShiftMs >= this.fromMs && utcMs + largestShiftMs < this.untilMs) return utcMs
    return this.disambiguate(localMs)
  }

  /** In a gap and in a fold alike, T9 asks for the offset from before the change. */
  private disambiguate(localMs: number): number {
    const before = this.offsetMsAt(localMs - dayMs)
    const after = this.offsetMsAt(localMs + dayMs)
    if (before === after || this.offsetMsAt(localMs - before) === before) return localMs - before
    return this.offsetMsAt(localMs - after) === after ? localMs - after : localMs - before
  }

  private look(utcMs: number): number {
    const number = Math.floor(utcMs / blockMs)
    let block = this.blocks.get(number)
    if (block === undefined) {
      block = this.readBlock(number * blockMs)
      if (this.blocks.size >= mostBlocks) this.blocks.clear()
      this.blocks.set(number, block)
    }
    let at = block.starts.length - 1
    while (at > 0 && utcMs < (block.starts[at] as number)) at--
    this.fromMs = block.starts[at] as number
    this.untilMs = block.starts[at + 1] ?? (number + 1) * blockMs
    this.offsetMs = block.offsets[at] as number
    return this.offsetMs
  }

  private readBlock(startMs: number): Stretches {
    const starts = [startMs]
    const offsets = [this.read(startMs)]
    for (let stepEnd = startMs + stepMs; stepEnd <= startMs + blockMs; stepEnd += stepMs) {
      // The last instant of the step, so that a change at a step's very end belongs to the next one.
      const after = this.read(stepEnd - 1)
      if (after === offsets.at(-1)) continue
      starts.push(this.changeWithin(stepEnd - stepMs - 1, stepEnd - 1, after))
      offsets.push(after)
    }
    return { starts, offsets }
  }

  /** The first instant in (fromMs, toMs] with the offset `after`. */
  private changeWithin(fromMs: number, toMs: number, after: number): number {
    let low = fromMs
    let high = toMs
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (this.read(middle) === after) high = middle
      else low = middle
    }
    return high
  }

  /** Asks Intl what the clocks show. `10/28/1906 AD, 14:30:50`. */
  private read(utcMs: number): number {
    const shown = /^(\d+)\/(\d+)\/(\d+) (\w+), (\d+):(\d+):(\d+)$/.exec(this.clock.format(utcMs))
    if (shown === null) throw new RangeError(`the clock of ${this.name} cannot be read at ${utcMs}`)
    const [, month, day, year, era, hour, minute, second] = shown
    const shownMs = Date.UTC(2000, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
    const date = new Date(shownMs)
    // Years below 100 mean 19xx to Date.UTC.
    date.setUTCFullYear(era === 'BC' ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day))
    return date.getTime() - Math.floor(utcMs / 1000) * 1000
  }
}

/** The clock of an IANA name; undefined where Intl does not know it. */
export function openClock(name: string): Intl.DateTimeFormat | undefined {
  const digits = 'numeric' as const
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: digits,
      month: digits,
      day: digits,
      hour: digits,
      minute: digits,
      second: digits,
    })
  } catch {
    return undefined
  }
}
