import { type Constant, MillraceError, type Plan } from '@millrace/plan'
import { parseDurationMs } from '../durations.ts'
import { hint } from '../nearest.ts'

/** `NAME=VALUE` texts as values of the types that the app's own values have. */
export function paramValues(plan: Plan, texts: readonly string[]): Readonly<Record<string, Constant>> {
  return Object.fromEntries(texts.map((text) => paramValue(plan.params, text)))
}

function paramValue(params: Plan['params'], text: string): readonly [string, Constant] {
  const names = Object.keys(params)
  const equals = text.indexOf('=')
  if (equals <= 0) throw new MillraceError('CLI_PARAM_FORM', { text, params: names.join(', ') || 'none' })
  const name = text.slice(0, equals)
  if (!Object.hasOwn(params, name)) throw new MillraceError('CLI_PARAM_UNKNOWN', { name, params: names.join(', ') || 'none', hint: hint(name, names) })
  const kind = kindOf(params[name] as Constant)
  const value = kind.parse(text.slice(equals + 1))
  if (value === undefined)
    throw new MillraceError('CLI_PARAM_VALUE', { name, expected: kind.expected, text: text.slice(equals + 1), example: `${name}=${kind.example}` })
  return [name, value]
}

interface ParamKind {
  readonly expected: string
  readonly example: string
  parse(text: string): Constant | undefined
}

function kindOf(value: Constant): ParamKind {
  if (typeof value === 'string') return { expected: 'a string', example: 'text', parse: (text) => text }
  if (typeof value === 'boolean')
    return { expected: 'true or false', example: 'true', parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined) }
  if (typeof value === 'number') return { expected: 'a number', example: String(value), parse: parseNumber }
  if ('durationMs' in value) return { expected: 'a duration', example: '10m', parse: parseDuration }
  return { expected: 'a time', example: '2017-02-01T06:30:00Z', parse: parseInstant }
}

function parseNumber(text: string): number | undefined {
  const value = Number(text)
  return text.trim() === '' || !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)) ? undefined : value
}

function parseDuration(text: string): Constant | undefined {
  const durationMs = parseDurationMs(text)
  return durationMs === undefined ? undefined : { durationMs }
}

function parseInstant(text: string): Constant | undefined {
  const timestampMs = /(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isFinite(timestampMs) ? { timestampMs } : undefined
}
