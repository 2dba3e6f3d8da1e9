import { fault } from '../fault.ts'
import { type NumberText, parseDecimal, parseWhole } from '../value/number-text.ts'

export type EpochUnit = 'epoch-s' | 'epoch-ms' | 'epoch-us'

/** What JavaScript's Date and every calendar of ours can show, ms. */
export const furthestMs = 8.64e15

/** Time since 1970 as a number. Seconds may have a fraction; what is finer than a millisecond is cut off. */
export class EpochText {
  readonly unit: EpochUnit
  fault = 0
  private readonly parsed: NumberText = { value: 0, fault: 0 }

  constructor(unit: EpochUnit) {
    this.unit = unit
  }

  parse(bytes: Uint8Array, from: number, to: number): number {
    const { parsed } = this
    if (this.unit === 'epoch-s') parseDecimal(bytes, from, to, parsed)
    else parseWhole(bytes, from, to, parsed)
    this.fault = parsed.fault === fault.none ? fault.none : parsed.fault === fault.int64Range ? fault.timestampRange : fault.timestampFormat
    if (this.fault !== fault.none) return Number.NaN
    const ms = epochMs(this.unit, parsed.value)
    if (Math.abs(ms) > furthestMs) {
      this.fault = fault.timestampRange
      return Number.NaN
    }
    return ms
  }
}

export function epochMs(unit: EpochUnit, value: number): number {
  if (unit === 'epoch-ms') return value
  if (unit === 'epoch-us') return Math.floor(value / 1000)
  // 1487442485.123 * 1000 is 1487442485123.0000x or ...2.9999x: the nearest thousandth first, then what is finer goes.
  const ms = value * 1000
  const nearest = Math.round(ms)
  return Math.abs(ms - nearest) < 1e-3 ? nearest + 0 : Math.floor(ms)
}
