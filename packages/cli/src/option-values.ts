import { InvalidArgumentError } from 'commander'
import { parseDurationMs } from './durations.ts'
import { hint } from './nearest.ts'

/** Parsers of option values: each answers the value or throws what commander prints, with an example. */

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text.replaceAll('_', ''))
    if (/^\d[\d_]*$/.test(text) && Number.isSafeInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`It takes a whole number of at least ${least}, such as ${Math.max(least, 1000)}.`)
  }
}

export function share(text: string): number {
  const percent = text.endsWith('%')
  const value = Number(percent ? text.slice(0, -1) : text) / (percent ? 100 : 1)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('It takes a share from 0 to 1, such as 0.2 or 20%.')
}

export function durationMs(text: string): number {
  const value = parseDurationMs(text)
  if (value !== undefined) return value
  throw new InvalidArgumentError('It takes a duration, such as 30s, 10m, 1.5h or 3d.')
}

export function positive(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It takes a number above 0, such as 100.')
}

export function instantMs(text: string): number {
  const value = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) || /(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
  if (Number.isFinite(value)) return value
  throw new InvalidArgumentError('It takes a time, such as 2017-02-01 or 2017-02-01T06:30:00Z.')
}

export function listOf<T extends string>(allowed: readonly T[]): (text: string) => readonly T[] {
  return (text) =>
    text.split(',').map((item) => {
      const found = allowed.find((name) => name === item.trim())
      if (found !== undefined) return found
      throw new InvalidArgumentError(`"${item}" is none of ${allowed.join(', ')}.${hint(item, allowed)}`)
    })
}

/** Gathers an option that may stand several times. */
export function repeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** `max` (0) or `60x` (60 times as fast as the data's own clock). */
export function speed(text: string): number {
  if (text === 'max') return 0
  const value = Number(/^(\d+(?:\.\d+)?)x?$/.exec(text)?.[1] ?? Number.NaN)
  if (value > 0) return value
  throw new InvalidArgumentError('It takes max, or how many times faster than the data: 1x, 60x.')
}

const quotaNames = ['recordsPerSecond', 'storageBytes', 'stateBytes', 'keys', 'apps', 'streams', 'querySeconds', 'querySecondsPerHour']

/** Gathers `name=value`; `none` is null. */
export function quota(text: string, before: Readonly<Record<string, number | null>> = {}): Readonly<Record<string, number | null>> {
  const [name = '', value = ''] = text.split('=')
  if (!quotaNames.includes(name)) throw new InvalidArgumentError(`"${name}" is none of ${quotaNames.join(', ')}.${hint(name, quotaNames)}`)
  if (value !== 'none' && !/^\d[\d_]*$/.test(value)) throw new InvalidArgumentError('It takes NAME=NUMBER or NAME=none, such as apps=20.')
  return { ...before, [name]: value === 'none' ? null : Number(value.replaceAll('_', '')) }
}

/** `begin`, `now` or a sequence. */
export function position(text: string): 'begin' | 'now' | number {
  if (text === 'begin' || text === 'now') return text
  if (/^\d+$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It takes begin, now or a sequence, such as 12000.')
}

/** A value, or `none`. */
export function orNone<T>(parse: (text: string) => T): (text: string) => T | 'none' {
  return (text) => (text === 'none' ? text : parse(text))
}

/** Gathers `column=value`; what looks like a number or bool is one. */
export function keyValue(text: string, before: Readonly<Record<string, string | number | boolean>> = {}): Readonly<Record<string, string | number | boolean>> {
  const equals = text.indexOf('=')
  if (equals <= 0) throw new InvalidArgumentError('It takes COLUMN=VALUE, such as station_id=7.')
  return { ...before, [text.slice(0, equals)]: scalar(text.slice(equals + 1)) }
}

/** A number or bool where it looks like one, `"7"` in quotes the text. */
export function scalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return /^".*"$/.test(text) ? text.slice(1, -1) : text
}
