import type { Constant, Expression, Field, FunctionName, ScalarType } from '@millrace/plan'
import { typeOf } from '@millrace/plan'
import type { Draw } from './draw.ts'
import { randomNumber, randomText } from './values.ts'
import type { World } from './world.ts'

/** What a random expression may read. */
export interface Readable {
  readonly fields: readonly Field[]
  readonly params: Readonly<Record<string, Constant>>
  readonly world: World
}

const zones = ['UTC', 'Europe/Berlin', '+05:30', '-0330', 'America/St_Johns', 'Asia/Kolkata']
const parts: readonly FunctionName[] = ['year', 'month', 'dayOfMonth', 'dayOfWeek', 'dayOfYear', 'hour', 'minute', 'second']
const comparisons: readonly FunctionName[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge']
const ordered: readonly ScalarType[] = ['float64', 'int64', 'string', 'timestamp', 'duration']
const floatFunctions: readonly FunctionName[] = ['sqrt', 'cbrt', 'exp', 'log', 'log2', 'log10', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan']
const roundings: readonly FunctionName[] = ['floor', 'ceil', 'round', 'trunc']

export function call(name: FunctionName, ...args: readonly Expression[]): Expression {
  return { kind: 'call', name, args }
}

export const column = (name: string): Expression => ({ kind: 'column', name })
export const literal = (value: Constant | null): Expression => ({ kind: 'literal', value })

/** An expression of a type (int64 stands for both whole types), at most `depth` calls deep. */
export function randomExpression(draw: Draw, type: ScalarType, from: Readable, depth: number): Expression {
  if (depth <= 0 || draw.chance(0.15)) return leaf(draw, type, from)
  if (draw.chance(0.2)) return choice(draw, type, from, depth - 1)
  switch (type) {
    case 'bool':
      return boolCall(draw, from, depth - 1)
    case 'int32':
    case 'int64':
      return wholeCall(draw, from, depth - 1)
    case 'float64':
      return floatCall(draw, from, depth - 1)
    case 'string':
      return textCall(draw, from, depth - 1)
    case 'timestamp':
      return call(draw.pick(['plus', 'minus']), randomExpression(draw, 'timestamp', from, depth - 1), randomExpression(draw, 'duration', from, depth - 1))
    case 'duration':
      return call('between', randomExpression(draw, 'timestamp', from, depth - 1), randomExpression(draw, 'timestamp', from, depth - 1))
    default:
      return type satisfies never
  }
}

/** An expression of any type but list. */
export function anyExpression(draw: Draw, from: Readable, depth: number): Expression {
  return randomExpression(draw, draw.pick(['bool', 'int64', 'float64', 'string', 'timestamp', 'duration']), from, depth)
}

function choice(draw: Draw, type: ScalarType, from: Readable, depth: number): Expression {
  const one = randomExpression(draw, type, from, depth)
  const other = draw.chance(0.1) ? literal(null) : randomExpression(draw, type, from, depth)
  return draw.chance(0.5) ? call('coalesce', one, other) : call('if', randomExpression(draw, 'bool', from, depth), one, other)
}

function boolCall(draw: Draw, from: Readable, depth: number): Expression {
  const bool = (): Expression => randomExpression(draw, 'bool', from, depth)
  const text = (): Expression => randomExpression(draw, 'string', from, depth)
  const name = draw.pick(['compare', 'compare', 'compare', 'and', 'or', 'not', 'presence', 'text'] as const)
  if (name === 'and' || name === 'or') return call(name, bool(), bool())
  if (name === 'not') return call('not', bool())
  if (name === 'presence') return call(draw.pick(['isMissing', 'isPresent']), anyExpression(draw, from, depth))
  if (name === 'text') return call(draw.pick(['startsWith', 'endsWith', 'includes']), text(), text())
  if (draw.chance(0.1)) return call(draw.pick(['eq', 'ne']), bool(), bool())
  const type = draw.pick(ordered)
  const other = type === 'float64' && draw.chance(0.3) ? 'int64' : type
  return call(draw.pick(comparisons), randomExpression(draw, type, from, depth), randomExpression(draw, other, from, depth))
}

function wholeCall(draw: Draw, from: Readable, depth: number): Expression {
  const whole = (): Expression => randomExpression(draw, 'int64', from, depth)
  const float = (): Expression => randomExpression(draw, 'float64', from, depth)
  const instant = (): Expression => randomExpression(draw, 'timestamp', from, depth)
  switch (draw.pick(['arithmetic', 'arithmetic', 'rounding', 'part', 'other'] as const)) {
    case 'arithmetic':
      return call(draw.pick(['add', 'sub', 'mul', 'mod']), whole(), whole())
    case 'rounding':
      return call(draw.pick(roundings), float())
    case 'part':
      return call(draw.pick(parts), instant(), ...(draw.chance(0.7) ? [literal(draw.pick(zones))] : []))
    case 'other': {
      const name = draw.pick(['neg', 'abs', 'sign', 'least', 'greatest', 'length', 'epochMs', 'milliseconds'] as const)
      if (name === 'length') return call(name, randomExpression(draw, 'string', from, depth))
      if (name === 'epochMs') return call(name, instant())
      if (name === 'milliseconds') return call(name, randomExpression(draw, 'duration', from, depth))
      if (name === 'least' || name === 'greatest') return call(name, whole(), whole(), ...(draw.chance(0.3) ? [whole()] : []))
      return call(name, whole())
    }
  }
}

function floatCall(draw: Draw, from: Readable, depth: number): Expression {
  const float = (): Expression => randomExpression(draw, draw.chance(0.8) ? 'float64' : 'int64', from, depth)
  switch (draw.pick(['arithmetic', 'arithmetic', 'div', 'function', 'two', 'widest', 'duration', 'one'] as const)) {
    case 'arithmetic':
      return call(draw.pick(['add', 'sub', 'mul', 'mod']), randomExpression(draw, 'float64', from, depth), float())
    case 'div':
      return call('div', float(), float())
    case 'function':
      return call(draw.pick(floatFunctions), float())
    case 'two':
      return call(draw.pick(['pow', 'atan2', 'hypot']), float(), float())
    case 'widest':
      return call(draw.pick(['least', 'greatest']), randomExpression(draw, 'float64', from, depth), float())
    case 'duration':
      return call(draw.pick(['seconds', 'minutes', 'hours', 'days']), randomExpression(draw, 'duration', from, depth))
    case 'one':
      return call(draw.pick(['neg', 'abs']), randomExpression(draw, 'float64', from, depth))
  }
}

function textCall(draw: Draw, from: Readable, depth: number): Expression {
  const text = (): Expression => randomExpression(draw, 'string', from, depth)
  const any = (): Expression => anyExpression(draw, from, depth)
  switch (draw.pick(['joined', 'joined', 'case', 'slice', 'toFixed'] as const)) {
    case 'joined':
      return call(draw.pick(['concat', 'format']), any(), ...(draw.chance(0.8) ? [literal(randomText(draw)), any()] : []))
    case 'case':
      return call(draw.pick(['toLowerCase', 'toUpperCase', 'trim', 'trimStart', 'trimEnd']), text())
    case 'slice':
      return call('slice', text(), literal(draw.whole(-3, 3)), ...(draw.chance(0.5) ? [literal(draw.whole(-3, 4))] : []))
    case 'toFixed':
      return call('toFixed', randomExpression(draw, 'float64', from, depth), literal(draw.whole(0, 3)))
  }
}

function leaf(draw: Draw, type: ScalarType, from: Readable): Expression {
  const whole = type === 'int64' || type === 'int32'
  const fits = (other: unknown): boolean => other === type || (whole && (other === 'int32' || other === 'int64'))
  const columns = from.fields.filter((field) => fits(field.type))
  if (columns.length > 0 && draw.chance(0.75)) return column(draw.pick(columns).name)
  const params = Object.keys(from.params).filter((name) => fits(typeOf({ kind: 'param', name }, { fields: [], params: from.params }).type))
  if (params.length > 0 && draw.chance(0.3)) return { kind: 'param', name: draw.pick(params) }
  return literal(constant(draw, type, from.world))
}

function constant(draw: Draw, type: ScalarType, world: World): Constant {
  switch (type) {
    case 'bool':
      return draw.chance(0.5)
    case 'string':
      return randomText(draw)
    case 'timestamp':
      return { timestampMs: world.startMs + draw.whole(-5, 40) * world.stepMs }
    case 'duration':
      return { durationMs: draw.whole(-3, 20) * world.stepMs }
    case 'float64': {
      const value = randomNumber(draw, 'float64')
      return Number.isInteger(value) ? value + 0.5 : value
    }
    default:
      return randomNumber(draw, type)
  }
}
