import { zoneOf } from '@millrace/plan'

/** Counts values that became missing by overflow, division by zero or range (semantics V2). */
export interface FailureCount {
  failures: number
}

export const maxInt = Number.MAX_SAFE_INTEGER
/** ECMAScript's range of time values, ms: what a timestamp may be. */
export const maxTimestampMs = 8.64e15

/** Order of strings by their UTF-8 bytes (semantics V3), which is that of their code points. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i)
    const b = right.charCodeAt(i)
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** Surrogates stand for code points above all that one unit can hold. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

export function lengthOf(text: string): number {
  let length = text.length
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) length--
  return length
}

/** JavaScript's slice, counted in code points. */
export function sliceText(text: string, from: number, to: number | undefined): string {
  if (lengthOf(text) === text.length) return text.slice(from, to)
  return Array.from(text).slice(from, to).join('')
}

/** Text of a timestamp in a template: ISO 8601 in UTC with milliseconds. */
export function timestampText(ms: number): string {
  const { year, month, day } = civil(Math.floor(ms / dayMs))
  const time = ms - Math.floor(ms / dayMs) * dayMs
  const date = `${yearText(year)}-${pad(month, 2)}-${pad(day, 2)}`
  const clock = `${pad(Math.floor(time / 3_600_000), 2)}:${pad(Math.floor(time / 60_000) % 60, 2)}:${pad(Math.floor(time / 1000) % 60, 2)}`
  return `${date}T${clock}.${pad(time % 1000, 3)}Z`
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return pad(year, 4)
  return `${year < 0 ? '-' : '+'}${pad(Math.abs(year), 6)}`
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0')

export const dayMs = 86_400_000

export interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/**
 * The date of a day counted from 1970-01-01, proleptic Gregorian.
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
 */
export function civil(days: number): CivilDate {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** Day from 1970-01-01 of a year's first of January: days_from_civil of the same source. */
function firstDayOf(year: number): number {
  const before = year - 1
  const era = Math.floor(before / 400)
  const yearOfEra = before - era * 400
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + 306 - 719_468
}

export type TimePart = 'year' | 'month' | 'dayOfMonth' | 'dayOfWeek' | 'dayOfYear' | 'hour' | 'minute' | 'second'

/** A part of a timestamp in a zone; the zone was checked by the plan's validation. */
export function timePart(part: TimePart, zoneName: string): (ms: number) => number {
  const zone = zoneOf(zoneName)
  if (zone === undefined) throw new Error(`zone ${zoneName} of a valid plan exists`)
  const pick = parts[part]
  return (ms) => pick(ms + zone.offsetMsAt(ms))
}

const dayOf = (localMs: number): number => Math.floor(localMs / dayMs)
const within = (localMs: number, unitMs: number, count: number): number => modulo(Math.floor(localMs / unitMs), count)
const modulo = (value: number, by: number): number => value - Math.floor(value / by) * by

const parts: Readonly<Record<TimePart, (localMs: number) => number>> = {
  year: (ms) => civil(dayOf(ms)).year,
  month: (ms) => civil(dayOf(ms)).month,
  dayOfMonth: (ms) => civil(dayOf(ms)).day,
  // 1970-01-01 was a Thursday, day 4 of ISO 8601.
  dayOfWeek: (ms) => modulo(dayOf(ms) + 3, 7) + 1,
  dayOfYear: (ms) => dayOf(ms) - firstDayOf(civil(dayOf(ms)).year) + 1,
  hour: (ms) => within(ms, 3_600_000, 24),
  minute: (ms) => within(ms, 60_000, 60),
  second: (ms) => within(ms, 1000, 60),
}

/** Everything generated code may call, under the name `lib`. */
export const runtime = { compareText, lengthOf, sliceText, timestampText }
export type Runtime = typeof runtime
