import { fault } from '../fault.ts'

/** The result of the last parse: one object is used again, because a value and a fault are two answers. */
export interface NumberText {
  value: number
  fault: number
}

const minus = 45
const plus = 43
const dot = 46
const zero = 48
const maxDigits = 15
const maxExactPower = 22
const powers = Float64Array.from({ length: maxExactPower + 1 }, (_, exponent) => Number(`1e${exponent}`))

/** A whole number: sign, then digits. */
export function parseWhole(bytes: Uint8Array, from: number, to: number, out: NumberText): void {
  let at = from
  const negative = bytes[at] === minus
  if (negative || bytes[at] === plus) at++
  out.fault = at === to ? fault.notWhole : fault.none
  let value = 0
  for (; at < to; at++) {
    const digit = (bytes[at] as number) - zero
    if (digit < 0 || digit > 9) {
      out.fault = fault.notWhole
      return
    }
    // Past 2^53 it is refused anyway, so rounding here does no harm.
    value = value * 10 + digit
  }
  out.value = negative ? 0 - value : value
  if (out.fault === fault.none && value > Number.MAX_SAFE_INTEGER) out.fault = fault.int64Range
}

/**
 * A decimal number, exactly as JavaScript's Number(text) reads it. Up to 15 digits and powers of ten up to 22 are
 * exact in double arithmetic, so that one multiplication or division rounds rightly (Clinger's fast path).
 */
export function parseDecimal(bytes: Uint8Array, from: number, to: number, out: NumberText): void {
  let at = from
  out.fault = fault.none
  const negative = bytes[at] === minus
  if (negative || bytes[at] === plus) at++
  let mantissa = 0
  let digits = 0
  let scale = 0
  let seen = 0
  for (let point = false; at < to; at++) {
    const byte = bytes[at] as number
    if (byte === dot && !point) {
      point = true
      continue
    }
    const digit = byte - zero
    if (digit < 0 || digit > 9) break
    seen++
    if (point) scale++
    if (digits > 0 || digit > 0) digits++
    mantissa = mantissa * 10 + digit
  }
  if (seen === 0) {
    out.fault = fault.notNumber
    return
  }
  if (at < to) {
    const exponent = parseExponent(bytes, at, to)
    if (Number.isNaN(exponent)) {
      out.fault = fault.notNumber
      return
    }
    scale -= exponent
  }
  let value: number
  if (mantissa === 0 && digits === 0) value = 0
  else if (digits <= maxDigits && scale >= -maxExactPower && scale <= maxExactPower)
    value = scale > 0 ? mantissa / (powers[scale] as number) : mantissa * (powers[-scale] as number)
  else value = Math.abs(Number(latin1(bytes, from, to)))
  if (value === Infinity) out.fault = fault.numberRange
  out.value = negative ? 0 - value : value
}

function parseExponent(bytes: Uint8Array, from: number, to: number): number {
  if (((bytes[from] as number) | 32) !== 101) return Number.NaN
  let at = from + 1
  const negative = bytes[at] === minus
  if (negative || bytes[at] === plus) at++
  if (at >= to) return Number.NaN
  let exponent = 0
  for (; at < to; at++) {
    const digit = (bytes[at] as number) - zero
    if (digit < 0 || digit > 9) return Number.NaN
    if (exponent < 100_000) exponent = exponent * 10 + digit
  }
  return negative ? -exponent : exponent
}

export function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at += 4096) text += String.fromCharCode(...bytes.subarray(at, Math.min(to, at + 4096)))
  return text
}
