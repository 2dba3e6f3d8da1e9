import { type Window, windowEndOf, windowOf } from '@millrace/plan'

/**
 * Time cut into slices, each in the windows that hold it: a tumbling window is one slice, a hopping
 * window of size / slide = n is the slice it ends with and the n - 1 before. Slices have rising numbers;
 * a window has the number of its last slice.
 */
export interface Slicing {
  /** Slices a window. */
  readonly perWindow: number
  /** Number of the slice that holds an instant; infinite for infinite instants. */
  numberAt(timeMs: number): number
  /** A small whole number that differs between neighbouring slices. */
  spread(number: number): number
  endOf(number: number): number
  startOfWindow(number: number): number
}

export function slicingOf(window: Window): Slicing {
  if (window.kind === 'tumbling' && window.zone !== undefined) return new ZonedDays(window)
  const sliceMs = window.kind === 'tumbling' ? window.sizeMs : window.slideMs
  return new EvenSlices(sliceMs, window.offsetMs, window.sizeMs / sliceMs)
}

class EvenSlices implements Slicing {
  readonly perWindow: number
  readonly sliceMs: number
  readonly offsetMs: number

  constructor(sliceMs: number, offsetMs: number, perWindow: number) {
    this.sliceMs = sliceMs
    this.offsetMs = offsetMs
    this.perWindow = perWindow
  }

  numberAt(timeMs: number): number {
    return Math.floor((timeMs - this.offsetMs) / this.sliceMs)
  }

  spread(number: number): number {
    return number
  }

  endOf(number: number): number {
    return (number + 1) * this.sliceMs + this.offsetMs
  }

  startOfWindow(number: number): number {
    return (number + 1 - this.perWindow) * this.sliceMs + this.offsetMs
  }
}

/** Days at a zone's midnight have 23 to 25 hours: a slice's number is its start, ms. */
class ZonedDays implements Slicing {
  readonly perWindow = 1
  private readonly window: Window
  private startMs = 0
  private endMs = 0

  constructor(window: Window) {
    this.window = window
  }

  numberAt(timeMs: number): number {
    if (timeMs >= this.startMs && timeMs < this.endMs) return this.startMs
    if (!Number.isFinite(timeMs)) return timeMs
    const bounds = windowOf(this.window, timeMs)
    this.startMs = bounds.startMs
    this.endMs = bounds.endMs
    return bounds.startMs
  }

  spread(number: number): number {
    return Math.floor(number / this.window.sizeMs)
  }

  endOf(number: number): number {
    return Number.isFinite(number) ? windowEndOf(this.window, number) : number
  }

  startOfWindow(number: number): number {
    return number
  }
}
