import type { Value } from '../../src/value.ts'
import type { Draw } from './draw.ts'

/** Few, so that random keys and conditions meet; with what sorts and counts differently by unit, character and byte. */
const texts = ['a', 'b', 'B', 'ab', '', ' a ', 'ä', 'ß', '\uffee', '😀', 'a😀b', '12', '-3.5', "'; drop", '__proto__', 'İ', 'zebra crossing']

export function randomText(draw: Draw): string {
  return draw.pick(texts)
}

/** Floats are quarters of small numbers, whose sums are exact whatever their order. */
export function randomNumber(draw: Draw, type: 'int32' | 'int64' | 'float64'): number {
  if (type === 'float64') return draw.whole(-24, 40) / 4
  if (type === 'int32') return draw.chance(0.02) ? draw.pick([2 ** 31 - 1, -(2 ** 31)]) : draw.whole(-3, 6)
  return draw.chance(0.02) ? draw.pick([2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 40]) : draw.whole(-3, 6)
}

/** Floats of all sizes, whose sums depend on how they are added. */
export function roughNumber(draw: Draw): number {
  const value = (draw.share() - 0.5) * 10 ** draw.whole(-3, 12)
  return value === 0 ? 0 : value
}

/** Whole numbers whose sums leave int64 and come back. */
export function hugeNumber(draw: Draw): number {
  const most = Number.MAX_SAFE_INTEGER - draw.whole(0, 9)
  return draw.pick([most, -most, draw.whole(-9, 9), draw.whole(-5, 5) * 2 ** draw.whole(40, 50)])
}

export type RandomValue = (draw: Draw) => Value
