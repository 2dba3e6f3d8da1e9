import type { TumblingWindow, Window } from './operator.ts'
import type { Zone } from './zone.ts'
import { zoneOf } from './zones.ts'

/** From `startMs` (inclusive) to `endMs` (exclusive), ms since 1970. */
export interface WindowBounds {
  readonly startMs: number
  readonly endMs: number
}

/** The latest-starting window that holds an instant; of tumbling windows it is the only one. */
export function windowOf(window: Window, timeMs: number): WindowBounds {
  const startMs = windowStartOf(window, timeMs)
  return { startMs, endMs: windowEndOf(window, startMs) }
}

/** All windows that hold an instant, the earliest first. */
export function windowsOf(window: Window, timeMs: number): readonly WindowBounds[] {
  const last = windowOf(window, timeMs)
  if (window.kind === 'tumbling') return [last]
  const bounds: WindowBounds[] = []
  for (let { startMs } = last; startMs + window.sizeMs > timeMs; startMs -= window.slideMs) {
    bounds.push({ startMs, endMs: startMs + window.sizeMs })
  }
  return bounds.reverse()
}

/** The start of `windowOf`. */
export function windowStartOf(window: Window, timeMs: number): number {
  if (window.kind === 'hopping') return alignDown(timeMs, window.slideMs, window.offsetMs)
  if (window.zone === undefined) return alignDown(timeMs, window.sizeMs, window.offsetMs)
  const zone = zoneNamed(window.zone)
  return zone.toUtcMs(localStart(window, zone, timeMs))
}

/** The end of the window that starts at `startMs`. */
export function windowEndOf(window: Window, startMs: number): number {
  if (window.kind === 'hopping' || window.zone === undefined) return startMs + window.sizeMs
  const zone = zoneNamed(window.zone)
  return zone.toUtcMs(localStart(window, zone, startMs) + window.sizeMs)
}

/** The end of the window after the one that ends at `endMs`. */
export function nextWindowEnd(window: Window, endMs: number): number {
  return window.kind === 'hopping' ? endMs + window.slideMs : windowEndOf(window, endMs)
}

/** The highest offsetMs + n * stepMs that is not after timeMs; also before 1970. */
function alignDown(timeMs: number, stepMs: number, offsetMs: number): number {
  const past = (timeMs - offsetMs) % stepMs
  return timeMs - (past < 0 ? past + stepMs : past)
}

/**
 * The local time at which the window that holds an instant begins. Days are counted on the zone's
 * calendar, so one of 23 or 25 hours is one day, and one that the zone left out is no window.
 */
function localStart(window: TumblingWindow, zone: Zone, timeMs: number): number {
  let localMs = alignDown(timeMs + zone.offsetMsAt(timeMs), window.sizeMs, window.offsetMs)
  // Clocks set back over midnight show yesterday's date again after today began.
  while (zone.toUtcMs(localMs + window.sizeMs) <= timeMs) localMs += window.sizeMs
  while (zone.toUtcMs(localMs) > timeMs) localMs -= window.sizeMs
  return localMs
}

function zoneNamed(name: string): Zone {
  const zone = zoneOf(name)
  if (zone === undefined) throw new TypeError(`no zone ${JSON.stringify(name)}`)
  return zone
}
