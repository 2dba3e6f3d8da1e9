import { MillraceError } from '@millrace/plan'
import type { Duration } from './values.ts'

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

export const milliseconds = (count: number): Duration => duration(count)
export const seconds = (count: number): Duration => duration(count * secondMs)
export const minutes = (count: number): Duration => duration(count * minuteMs)
export const hours = (count: number): Duration => duration(count * hourMs)
/** Days of 24 hours; `tumbling(days(1), { zone })` makes calendar days of them. */
export const days = (count: number): Duration => duration(count * dayMs)

class Span {
  readonly milliseconds: number
  constructor(milliseconds: number) {
    this.milliseconds = milliseconds
  }
  get seconds(): number {
    return this.milliseconds / secondMs
  }
  get minutes(): number {
    return this.milliseconds / minuteMs
  }
  get hours(): number {
    return this.milliseconds / hourMs
  }
  get days(): number {
    return this.milliseconds / dayMs
  }
}

function duration(milliseconds: number): Duration {
  // 0.1 s is 100.00000000000001 ms in floating point.
  const whole = Math.round(milliseconds)
  if (!Number.isSafeInteger(whole) || Math.abs(whole - milliseconds) > 1e-6) throw new MillraceError('SDK_DURATION', { value: String(milliseconds) })
  return new Span(whole) as Duration
}
