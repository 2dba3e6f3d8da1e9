import type { AggregateExpression } from '@millrace/plan'
import { compareValues, type Value, withoutNegativeZero } from './value.ts'

/** A value that an aggregate folds: present, `where` was true. In log order. */
export interface Folded {
  readonly value: Value
  /** Event time of the row, ms. */
  readonly time: number
  /** Start of the slice of the window that the row lies in. */
  readonly slice: number
}

export interface FoldResult {
  /** undefined: out of range, so missing and counted (semantics V2). */
  readonly value: Value | undefined
  /** Sum of the absolute values (variance: squares) that went into it. */
  readonly magnitude: number
}

const maxInt = 2n ** 53n - 1n

/** The value of an aggregate over all that is folded into it; `whole`: its argument is int32 or int64. */
export function fold({ name }: AggregateExpression, folded: readonly Folded[], whole: boolean): FoldResult {
  const values = folded.map(({ value }) => value)
  switch (name) {
    case 'count':
      return exactly(values.length)
    case 'sum':
      return values.length === 0 ? exactly(null) : whole ? exactly(wholeSum(values as number[])) : inexactly(floatSum(folded), magnitude(values))
    case 'avg':
      return values.length === 0 ? exactly(null) : inexactly((whole ? bigSum(values) : floatSum(folded)) / values.length, magnitude(values))
    case 'min':
      return exactly(values.reduce<Value>((least, value) => (least === null || compareValues(value, least) < 0 ? value : least), null))
    case 'max':
      return exactly(values.reduce<Value>((most, value) => (most === null || compareValues(value, most) > 0 ? value : most), null))
    case 'first':
      return exactly(folded.reduce<Folded | null>((first, next) => (first === null || next.time < first.time ? next : first), null)?.value ?? null)
    case 'last':
      return exactly(folded.reduce<Folded | null>((last, next) => (last === null || next.time >= last.time ? next : last), null)?.value ?? null)
    case 'variance':
      return values.length < 2 ? exactly(null) : inexactly(variance(folded), squares(values))
    case 'stddev':
      return values.length < 2 ? exactly(null) : inexactly(Math.sqrt(variance(folded)), squares(values))
    default:
      return name satisfies never
  }
}

const exactly = (value: Value | undefined): FoldResult => ({ value: withoutNegativeZero(value), magnitude: 0 })

function inexactly(value: number, magnitude: number): FoldResult {
  return { value: Number.isFinite(value) ? withoutNegativeZero(value) : undefined, magnitude }
}

const magnitude = (values: readonly Value[]): number => values.reduce<number>((sum, value) => sum + Math.abs(value as number), 0)
const squares = (values: readonly Value[]): number => values.reduce<number>((sum, value) => sum + (value as number) ** 2, 0)

const exactSum = (values: readonly Value[]): bigint => values.reduce<bigint>((sum, value) => sum + BigInt(value as number), 0n)
const bigSum = (values: readonly Value[]): number => Number(exactSum(values))

/** Only where it ends counts (semantics V4). */
function wholeSum(values: readonly number[]): number | undefined {
  const sum = exactSum(values)
  return sum > maxInt || sum < -maxInt ? undefined : Number(sum)
}

/** Within a slice in log order, slices in time order (semantics O3). */
function floatSum(folded: readonly Folded[]): number {
  const slices = [...new Set(folded.map(({ slice }) => slice))].sort((a, b) => a - b)
  return compensatedSum(slices.flatMap((start) => folded.filter(({ slice }) => slice === start).map(({ value }) => value as number)))
}

/** Neumaier's sum: what an addition loses is kept apart and added at the end. */
export function compensatedSum(values: readonly number[]): number {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + lost
}

function variance(folded: readonly Folded[]): number {
  const mean = floatSum(folded) / folded.length
  const distances = folded.map((one) => ({ ...one, value: ((one.value as number) - mean) ** 2 }))
  return floatSum(distances) / (folded.length - 1)
}
