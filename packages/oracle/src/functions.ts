import { type FunctionName, type ValueType, zoneOf } from '@millrace/plan'
import { compareValues, type Value, withoutNegativeZero } from './value.ts'

/** What a function answers where a value is out of range: the result is missing and counted (semantics V2). */
export const failed = Symbol('failed')
type Result = Value | typeof failed

/** Functions whose result depends on which arguments are missing: they stand in expression.ts. */
export type LogicName = 'and' | 'or' | 'isMissing' | 'isPresent' | 'coalesce' | 'if' | 'concat' | 'format'

/** A function of arguments that are all present. */
type PlainFunction = (args: readonly Value[], whole: boolean) => Result

const maxInt = 2 ** 53 - 1
const maxTimestampMs = 8.64e15

const compared =
  (holds: (order: number) => boolean): PlainFunction =>
  ([left, right]) =>
    holds(compareValues(left as Value, right as Value))

const finite = (value: number): Result => (Number.isFinite(value) ? value : failed)
const inInt64 = (value: number): Result => (Math.abs(value) <= maxInt ? value : failed)

/** int with int stays whole, anything with float64 is float64. */
const arithmetic =
  (compute: (left: number, right: number) => number): PlainFunction =>
  ([left, right], whole) => {
    const result = compute(left as number, right as number)
    return whole ? inInt64(result) : finite(result)
  }

const float =
  (compute: (...args: number[]) => number): PlainFunction =>
  (args) =>
    finite(compute(...(args as number[])))

const toInt64 =
  (compute: (value: number) => number): PlainFunction =>
  ([value]) =>
    inInt64(compute(value as number))

const text =
  (compute: (value: string, other: string) => Value): PlainFunction =>
  ([value, other]) =>
    compute(value as string, other as string)

/** A part of a timestamp, read off the local date and time in a zone. */
const part =
  (read: (local: Date) => number): PlainFunction =>
  ([ms, zone]) =>
    read(new Date((ms as number) + offsetMs((zone ?? 'UTC') as string, ms as number)))

function offsetMs(name: string, ms: number): number {
  const zone = zoneOf(name)
  if (zone === undefined) throw new TypeError(`no zone ${name}`)
  return zone.offsetMsAt(ms)
}

const dayMs = 86_400_000
const dayOfYear = (local: Date): number => (Date.UTC(2000, local.getUTCMonth(), local.getUTCDate()) - Date.UTC(2000, 0, 1)) / dayMs + 1 - leapDay(local)
/** 2000 was a leap year: from March on, a year that is none is one day behind it. */
const leapDay = (local: Date): number => (local.getUTCMonth() > 1 && !isLeap(local.getUTCFullYear()) ? 1 : 0)
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const instant =
  (compute: (ms: number, durationMs: number) => number): PlainFunction =>
  ([ms, durationMs]) => {
    const result = compute(ms as number, durationMs as number)
    return Math.abs(result) <= maxTimestampMs ? result : failed
  }

const durationIn =
  (unitMs: number): PlainFunction =>
  ([durationMs]) =>
    (durationMs as number) / unitMs

export const plainFunctions: Readonly<Record<Exclude<FunctionName, LogicName>, PlainFunction>> = {
  eq: compared((order) => order === 0),
  ne: compared((order) => order !== 0),
  lt: compared((order) => order < 0),
  le: compared((order) => order <= 0),
  gt: compared((order) => order > 0),
  ge: compared((order) => order >= 0),
  not: ([value]) => value === false,
  add: arithmetic((left, right) => left + right),
  sub: arithmetic((left, right) => left - right),
  mul: arithmetic((left, right) => left * right),
  div: float((left, right) => left / right),
  mod: arithmetic((left, right) => left % right),
  pow: float(Math.pow),
  neg: arithmetic((value) => -value),
  abs: arithmetic((value) => Math.abs(value)),
  sign: ([value]) => Math.sign(value as number),
  floor: toInt64(Math.floor),
  ceil: toInt64(Math.ceil),
  round: toInt64(Math.round),
  trunc: toInt64(Math.trunc),
  sqrt: float(Math.sqrt),
  cbrt: float(Math.cbrt),
  exp: float(Math.exp),
  log: float(Math.log),
  log2: float(Math.log2),
  log10: float(Math.log10),
  sin: float(Math.sin),
  cos: float(Math.cos),
  tan: float(Math.tan),
  asin: float(Math.asin),
  acos: float(Math.acos),
  atan: float(Math.atan),
  atan2: float(Math.atan2),
  hypot: float(Math.hypot),
  least: (args) => Math.min(...(args as number[])),
  greatest: (args) => Math.max(...(args as number[])),
  toFixed: ([value, digits]) => (value as number).toFixed(digits as number),
  length: text((value) => [...value].length),
  startsWith: text((value, other) => value.startsWith(other)),
  endsWith: text((value, other) => value.endsWith(other)),
  includes: text((value, other) => value.includes(other)),
  toLowerCase: text((value) => value.toLowerCase()),
  toUpperCase: text((value) => value.toUpperCase()),
  trim: text((value) => value.trim()),
  trimStart: text((value) => value.trimStart()),
  trimEnd: text((value) => value.trimEnd()),
  slice: ([value, from, to]) => [...(value as string)].slice(from as number, to as number | undefined).join(''),
  year: part((local) => local.getUTCFullYear()),
  month: part((local) => local.getUTCMonth() + 1),
  dayOfMonth: part((local) => local.getUTCDate()),
  dayOfWeek: part((local) => local.getUTCDay() || 7),
  dayOfYear: part(dayOfYear),
  hour: part((local) => local.getUTCHours()),
  minute: part((local) => local.getUTCMinutes()),
  second: part((local) => local.getUTCSeconds()),
  epochMs: ([ms]) => ms as number,
  between: ([ms, earlierMs]) => (ms as number) - (earlierMs as number),
  plus: instant((ms, durationMs) => ms + durationMs),
  minus: instant((ms, durationMs) => ms - durationMs),
  milliseconds: durationIn(1),
  seconds: durationIn(1000),
  minutes: durationIn(60_000),
  hours: durationIn(3_600_000),
  days: durationIn(dayMs),
}

/** The text of a value in `concat` and `format`: a timestamp is ISO 8601 in UTC, a duration its milliseconds. */
export function textOf(value: Value, { type }: ValueType): string {
  return type === 'timestamp' ? new Date(value as number).toISOString() : String(withoutNegativeZero(value))
}
