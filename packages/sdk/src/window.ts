import type { HoppingWindow, TumblingWindow } from '@millrace/plan'
import type { Duration } from './values.ts'

/** Which rows are folded together; made by `tumbling` and `hopping`. */
export interface Window {
  readonly window: TumblingWindow | HoppingWindow
}

export interface TumblingOptions {
  /** Whole days at this zone's midnight: an IANA name, `UTC` or an offset. */
  readonly zone?: string
  /** Windows begin this long after the epoch's (or the zone's) round times. */
  readonly offset?: Duration
}

export interface HoppingOptions {
  readonly offset?: Duration
}

export interface WindowOptions {
  /** Until the watermark is this long past its end, late records revise a window's result. */
  readonly allowedLateness?: Duration
}

/** Windows of one size, one after the other. */
export function tumbling(size: Duration, { zone, offset }: TumblingOptions = {}): Window {
  const window = { kind: 'tumbling', sizeMs: size.milliseconds, offsetMs: offset?.milliseconds ?? 0 } as const
  return { window: zone === undefined ? window : { ...window, zone } }
}

/** Windows of one size, a new one every `slide`: a row belongs to size / slide of them. */
export function hopping(size: Duration, slide: Duration, { offset }: HoppingOptions = {}): Window {
  return { window: { kind: 'hopping', sizeMs: size.milliseconds, slideMs: slide.milliseconds, offsetMs: offset?.milliseconds ?? 0 } }
}
