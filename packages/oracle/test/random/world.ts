import type { Draw } from './draw.ts'

/** The scale on which a random case plays: its plan and its log must fit each other. */
export interface World {
  /** A typical distance between two records' event times, ms. */
  readonly stepMs: number
  /** Where event time begins, ms. */
  readonly startMs: number
  readonly zone: string
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Before 1970, near its first instant, and around the nights in which clocks change. */
const starts = [-5 * hourMs, -30, 0, 1_489_000_000_000, Date.UTC(2017, 2, 25, 20), Date.UTC(2017, 9, 28, 20), Date.UTC(2024, 1, 28, 20)]

export function randomWorld(draw: Draw): World {
  return {
    stepMs: draw.pick([1, 10, 1000, minuteMs, 30 * minuteMs]),
    startMs: draw.pick(starts),
    zone: draw.pick(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', '+05:30', 'America/New_York']),
  }
}
