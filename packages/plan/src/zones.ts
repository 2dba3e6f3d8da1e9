import { openClock, RegionZone } from './region-zone.ts'
import type { Zone } from './zone.ts'

const minuteMs = 60_000
const hourMs = 3_600_000
const known = new Map<string, Zone>()
const unknown = new Set<string>()
/** Names may come from data, so what is remembered is bounded. */
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
