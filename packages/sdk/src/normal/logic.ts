import type { CallExpression, Expression, FunctionName } from '@millrace/plan'
import { plain } from './arithmetic.ts'
import { call } from './constant-call.ts'
import { isBoolean, isLiteral, isMissingLiteral, literal, same } from './literal.ts'

/** Sound in three-valued logic: both sides are missing when an argument is (semantics V1). */
const opposite: Partial<Record<FunctionName, FunctionName>> = {
  eq: 'ne',
  ne: 'eq',
  lt: 'ge',
  ge: 'lt',
  gt: 'le',
  le: 'gt',
  isMissing: 'isPresent',
  isPresent: 'isMissing',
}

/** `not` stands only where nothing simpler says it: de Morgan's laws hold in three-valued logic. */
export function not(a: Expression): Expression {
  if (isLiteral(a)) return typeof a.value === 'boolean' ? literal(!a.value) : a.value === null ? a : plain('not', [a])
  if (a.kind !== 'call') return plain('not', [a])
  const other = opposite[a.name]
  if (other !== undefined) return plain(other, a.args)
  const [x, y, z] = a.args as [Expression, Expression, Expression]
  switch (a.name) {
    case 'not':
      return x
    case 'and':
      return or(not(x), not(y))
    case 'or':
      return and(not(x), not(y))
    case 'if':
      return choose(x, not(y), not(z))
    default:
      return plain('not', [a])
  }
}

export const and = (a: Expression, b: Expression): Expression => connect('and', a, b, true)
export const or = (a: Expression, b: Expression): Expression => connect('or', a, b, false)

/** `neutral and x` is x; the other constant decides; chains nest to the left. */
function connect(name: 'and' | 'or', a: Expression, b: Expression, neutral: boolean): Expression {
  if (isBoolean(a, neutral) || isBoolean(b, !neutral)) return b
  if (isBoolean(b, neutral) || isBoolean(a, !neutral)) return a
  if (isCall(b, name)) return connect(name, connect(name, a, b.args[0] as Expression, neutral), b.args[1] as Expression, neutral)
  const last = isCall(a, name) ? (a.args[1] as Expression) : a
  return same(last, b) ? a : plain(name, [a, b])
}

/** The first that is not missing; chains nest to the left. */
export function coalesce(a: Expression, b: Expression): Expression {
  if (isMissingLiteral(a)) return b
  if (isMissingLiteral(b) || isLiteral(a)) return a
  if (isCall(b, 'coalesce')) return coalesce(coalesce(a, b.args[0] as Expression), b.args[1] as Expression)
  return plain('coalesce', [a, b])
}

/**
 * `test ? a : b` in the one form for all that minifiers make of it, among them `test || b` for
 * `test ? true : b` and `t && u ? a : b` for `t ? (u ? a : b) : b`.
 */
export function choose(test: Expression, a: Expression, b: Expression): Expression {
  if (isLiteral(test) && typeof test.value === 'boolean') return test.value ? a : b
  if (same(a, b)) return a
  return (
    withConstant(test, a, b) ??
    withPresence(test, a, b) ??
    withRepeated(test, a, b) ??
    withInner(test, a, b) ??
    pushedDown(test, a, b) ??
    turnedRight(test, a, b)
  )
}

function withConstant(test: Expression, a: Expression, b: Expression): Expression | undefined {
  const opposite = not(test)
  if (isBoolean(a, true) || same(test, a)) return or(test, b)
  if (isBoolean(b, false) || same(test, b)) return and(test, a)
  if (isBoolean(a, false) || same(opposite, a)) return and(opposite, b)
  if (isBoolean(b, true) || same(opposite, b)) return or(opposite, a)
  return undefined
}

/** `x === null ? y : x` is `x ?? y`. */
function withPresence(test: Expression, a: Expression, b: Expression): Expression | undefined {
  if (isCall(test, 'isMissing') && same(test.args[0] as Expression, b)) return coalesce(b, a)
  if (isCall(test, 'isPresent') && same(test.args[0] as Expression, a)) return coalesce(a, b)
  return undefined
}

/** `t ? x || y : y` is `t && x || y`; so with `&&`, and the other way round. */
function withRepeated(test: Expression, a: Expression, b: Expression): Expression | undefined {
  for (const [on, chain, last] of [
    [test, a, b],
    [not(test), b, a],
  ] as const) {
    const either = beforeLast('or', chain, last)
    if (either !== undefined) return or(and(on, either), last)
    const both = beforeLast('and', chain, last)
    if (both !== undefined) return and(or(not(on), both), last)
  }
  return undefined
}

/** What stands before `last` in a chain of `||` or `&&` that ends in it; `last` may be a chain itself. */
function beforeLast(name: 'and' | 'or', chain: Expression, last: Expression): Expression | undefined {
  if (!isCall(chain, name)) return undefined
  const [before, end] = chain.args as [Expression, Expression]
  if (same(end, last)) return before
  if (!isCall(last, name) || !same(end, last.args[1] as Expression)) return undefined
  return beforeLast(name, before, last.args[0] as Expression)
}

/** Two tests that choose between the same two values are one. */
function withInner(test: Expression, a: Expression, b: Expression): Expression | undefined {
  if (isCall(a, 'if')) {
    const [inner, x, y] = a.args as [Expression, Expression, Expression]
    if (same(y, b)) return choose(and(test, inner), x, y)
    if (same(x, b)) return choose(and(test, not(inner)), y, x)
  }
  if (isCall(b, 'if')) {
    const [inner, x, y] = b.args as [Expression, Expression, Expression]
    if (same(x, a)) return choose(or(test, inner), x, y)
    if (same(y, a)) return choose(or(test, not(inner)), y, x)
  }
  return undefined
}

/** The functions whose arguments have a type of their own: a choice between two calls may move into them. */
const pushable: ReadonlySet<FunctionName> = new Set([
  ...(['abs', 'sign', 'floor', 'ceil', 'round', 'trunc', 'sqrt', 'cbrt', 'exp', 'log', 'log2', 'log10', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan'] as const),
  ...(['atan2', 'hypot', 'pow', 'least', 'greatest', 'startsWith', 'endsWith', 'includes', 'slice'] as const),
])

/** `t ? f(x) : f(y)` is `f(t ? x : y)`, as minifiers write it. */
function pushedDown(test: Expression, a: Expression, b: Expression): Expression | undefined {
  if (a.kind !== 'call' || b.kind !== 'call' || a.name !== b.name || !pushable.has(a.name) || a.args.length !== b.args.length) return undefined
  const differing = a.args.filter((arg, at) => !same(arg, b.args[at] as Expression))
  if (differing.length !== 1) return undefined
  const args = a.args.map((arg, at) => (arg === differing[0] ? choose(test, arg, b.args[at] as Expression) : arg))
  return call(a.name, args)
}

/** Of a test and its opposite, the shorter one is asked. */
function turnedRight(test: Expression, a: Expression, b: Expression): Expression {
  const opposite = not(test)
  return precedes(JSON.stringify(opposite), JSON.stringify(test)) ? plain('if', [opposite, b, a]) : plain('if', [test, a, b])
}

const precedes = (a: string, b: string): boolean => (a.length === b.length ? a < b : a.length < b.length)

function isCall(expression: Expression, name: FunctionName): expression is CallExpression {
  return expression.kind === 'call' && expression.name === name
}
