import type { Output } from './output.ts'

/** The digits of 0 to 9999, four characters each, as a little-endian word. */
const fourDigits = Int32Array.from({ length: 10_000 }, (_, value) => {
  const text = String(value).padStart(4, '0')
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8) | (text.charCodeAt(2) << 16) | (text.charCodeAt(3) << 24)
})
const minus = 45
const dot = 46
const zero = 48
const mostInt32 = 2 ** 31

/** A whole number as JavaScript's String writes it. Needs 24 bytes of room. */
export function writeWhole(out: Output, at: number, value: number): number {
  if (value < 0) {
    out.bytes[at] = minus
    return writeWhole(out, at + 1, -value)
  }
  if (value < mostInt32) return writeSmall(out.view, at, value | 0)
  // Up to 2^53: two parts of at most 8 digits, the first of at most 9.
  const high = Math.floor(value / 1e8)
  const low = value - high * 1e8
  const behind = writeWhole(out, at, high)
  writeEight(out.view, behind, low | 0)
  return behind + 8
}

function writeSmall(view: DataView, at: number, value: number): number {
  if (value < 10_000) {
    const digits = value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4
    view.setInt32(at, (fourDigits[value] as number) >>> ((4 - digits) << 3), true)
    return at + digits
  }
  const high = (value / 10_000) | 0
  const behind = writeSmall(view, at, high)
  view.setInt32(behind, fourDigits[value - Math.imul(high, 10_000)] as number, true)
  return behind + 4
}

function writeEight(view: DataView, at: number, value: number): void {
  const high = (value / 10_000) | 0
  view.setInt32(at, fourDigits[high] as number, true)
  view.setInt32(at + 4, fourDigits[value - Math.imul(high, 10_000)] as number, true)
}

/**
 * A finite number as JavaScript's String writes it. Needs 32 bytes of room. Where value * 10^n is whole and dividing
 * gives the value back, its shortest form has n decimals; that covers measured values, and means go the long way.
 */
export function writeDecimal(out: Output, at: number, value: number): number {
  let from = at
  let rest = value
  if (rest < 0) {
    out.bytes[from++] = minus
    rest = -rest
  }
  if (rest < 2e7) {
    const tenths = Math.floor(rest * 10 + 0.5)
    if (tenths / 10 === rest) return writeTenths(out, from, tenths | 0)
    const hundredths = Math.floor(rest * 100 + 0.5)
    if (hundredths / 100 === rest) return writeFraction(out, from, hundredths, 100)
    const fine = Math.floor(rest * 10_000 + 0.5)
    if (rest < 2e5 && fine / 10_000 === rest) return writeFraction(out, from, fine, 10_000)
  }
  return writeAscii(out, at, `${value}`)
}

function writeTenths({ bytes, view }: Output, at: number, tenths: number): number {
  const whole = (tenths / 10) | 0
  const behind = writeSmall(view, at, whole)
  const digit = tenths - Math.imul(whole, 10)
  if (digit === 0) return behind
  bytes[behind] = dot
  bytes[behind + 1] = zero + digit
  return behind + 2
}

function writeFraction({ bytes, view }: Output, at: number, scaled: number, unit: 100 | 10_000): number {
  const whole = (scaled / unit) | 0
  const behind = writeSmall(view, at, whole)
  bytes[behind] = dot
  const digits = fourDigits[((scaled - whole * unit) | 0) * (unit === 100 ? 100 : 1)] as number
  view.setInt32(behind + 1, digits, true)
  let end = behind + (unit === 100 ? 3 : 5)
  while (bytes[end - 1] === zero) end--
  return end
}

export function writeAscii(out: Output, at: number, text: string): number {
  const { bytes } = out
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
  return at + text.length
}
