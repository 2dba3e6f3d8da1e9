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

const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 86_400_000
const known = new Map<string, Zone>()
const unknown = new Set<string>()
/** Names and instants may come from data, so what is remembered is bounded. */
const mostKnown = 2_000
const longestName = 64

/** The zone of an IANA name, `UTC`, `Z` or an offset (`+02:00`, `-0330`, `+02`); abbreviations (`CET`) have none. */
export function zoneOf(name: string): Zone | undefined {
  const remembered = known.get(name)
  if (remembered !== undefined) return remembered
  if (name.length > longestName || unknown.has(name)) return undefined
  const zone = openZone(name)
  remember(name, zone)
  return zone
}

function remember(name: string, zone: Zone | undefined): void {
  const names = zone === undefined ? unknown : known
  if (names.size >= mostKnown) names.clear()
  if (zone === undefined) unknown.add(name)
  else known.set(name, zone)
}

function openZone(name: string): Zone | undefined {
  if (name === 'UTC' || name === 'Z') return new FixedZone(name, 0)
  const offset = /^([+-])(\d\d)(?::?([0-5]\d))?$/.exec(name)
  if (offset !== null) return offsetZone(name, offset)
  if (!isLongName(name)) return undefined
  const clock = openClock(name)
  return clock === undefined ? undefined : new RegionZone(name, clock)
}

/** Intl knows CET, EST5EDT and BST as well, but they mean different zones to different people. */
function isLongName(name: string): boolean {
  return /^(?!SystemV)[a-z][\w+-]*(\/[a-z][\w+-]*)+$/i.test(name) || /^[a-z]{4,}(-[a-z]+)?$/i.test(name)
}

function offsetZone(name: string, [, sign, hours, minutes]: RegExpExecArray): Zone | undefined {
  const ms = Number(hours) * hourMs + Number(minutes ?? 0) * minuteMs
  return ms > 18 * hourMs ? undefined : new FixedZone(name, sign === '-' && ms > 0 ? -ms : ms)
}

function openClock(name: string): Intl.DateTimeFormat | undefined {
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

class FixedZone implements Zone {
  readonly name: string
  private readonly offsetMs: number

  constructor(name: string, offsetMs: number) {
    this.name = name
    this.offsetMs = offsetMs
  }

  offsetMsAt(): number {
    return this.offsetMs
  }

  toUtcMs(localMs: number): number {
    return localMs - this.offsetMs
  }
}

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
class RegionZone implements Zone {
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
      if (this.blocks.size >= mostKnown) this.blocks.clear()
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
