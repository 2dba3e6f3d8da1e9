import { countText } from '../count-text.ts'
import { durationText } from '../durations.ts'

/** `2026-09-21T10:00:00Z`; null: there is none. */
export function instantCell(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** `12 s ago`. */
export function agoCell(ms: number | null | undefined, nowMs: number): string | null {
  return ms === null || ms === undefined ? null : `${durationText(Math.max(0, nowMs - ms))} ago`
}

export function durationCell(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : durationText(ms)
}

/** `1.2 MB`. */
export function bytesCell(bytes: number | null): string | null {
  if (bytes === null) return null
  const unit = [...sizes].find(([, size]) => bytes >= size)
  return unit === undefined ? `${bytes} B` : `${(bytes / unit[1]).toFixed(1)} ${unit[0]}`
}

const sizes = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const

export function countCell(count: number | null): string {
  return count === null ? 'no limit' : countText(count)
}
