import type { Constant, ScalarType } from '@millrace/plan'
import { constantValue } from '../../src/expression.ts'
import type { Value } from '../../src/value.ts'

/** A literal of docs/expressions.md. */
export interface Literal {
  /** null: the missing value, whose type others give. */
  readonly type: ScalarType | null
  readonly constant: Constant | null
  readonly value: Value
  /** Missing because something was out of range. */
  readonly counted: boolean
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

export function literalOf(text: string): Literal {
  if (text === 'missing' || text === 'missing (counted)') return { type: null, constant: null, value: null, counted: text !== 'missing' }
  const [type, constant] = typed(text)
  return { type, constant, value: constantValue(constant), counted: false }
}

function typed(text: string): readonly [ScalarType, Constant] {
  if (text === 'true' || text === 'false') return ['bool', text === 'true']
  if (text.startsWith("'")) return ['string', unescaped(text.slice(1, -1))]
  if (/^[+-]?\d+-\d\d-\d\dT/.test(text)) return ['timestamp', { timestampMs: Date.parse(text) }]
  const duration = /^(-?\d+) (ms|s|min|h|d)$/.exec(text)
  if (duration !== null) return ['duration', { durationMs: Number(duration[1]) * (unitMs[duration[2] as string] as number) }]
  return [numberType(text), Number(text)]
}

function numberType(text: string): ScalarType {
  if (!/^-?\d+(\.\d+)?(e-?\d+)?$/.test(text)) throw new SyntaxError(`no literal: ${text}`)
  if (/[.e]/.test(text)) return 'float64'
  return (Number(text) | 0) === Number(text) ? 'int32' : 'int64'
}

function unescaped(text: string): string {
  return text.replace(/\\u\{(\w+)\}/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))).replaceAll('\\t', '\t')
}
