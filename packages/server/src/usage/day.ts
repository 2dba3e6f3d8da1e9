const dayMs = 86_400_000
let known = { day: Number.NaN, text: '' }

/** The day (UTC) of a time in ms: `2026-11-23`. */
export function dayOf(ms: number): string {
  const day = Math.floor(ms / dayMs)
  if (day !== known.day) known = { day, text: new Date(day * dayMs).toISOString().slice(0, 10) }
  return known.text
}

/** ms of its begin; NaN: there is no such day. */
export function beginOf(day: string): number {
  const ms = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(ms) || dayOf(ms) !== day ? Number.NaN : ms
}

export function daysBefore(day: string, count: number): string {
  return dayOf(beginOf(day) - count * dayMs)
}
