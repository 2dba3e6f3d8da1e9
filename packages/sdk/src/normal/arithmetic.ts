import type { CallExpression, Expression, FunctionName } from '@millrace/plan'
import { isLiteral, literal, numberOf } from './literal.ts'

export type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'mod' | 'pow'

const fold: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  mod: (a, b) => a % b,
  pow: (a, b) => a ** b,
}

/** Constants are computed, as minifiers do; a literal stands on the right of what commutes. */
export function arithmetic(name: Arithmetic, a: Expression, b: Expression): Expression {
  const left = numberOf(a)
  const right = numberOf(b)
  if (left !== undefined && right !== undefined) {
    const value = fold[name](left, right)
    // Division by zero stays: it is missing, and no literal. So does what is too large to be exact.
    if (isExact(value)) return literal(value)
  }
  const turns = (name === 'add' || name === 'mul') && isLiteral(a) && !isLiteral(b)
  return plain(name, turns ? [b, a] : [a, b])
}

export function negative(a: Expression): Expression {
  const value = numberOf(a)
  return value === undefined ? plain('neg', [a]) : literal(-value)
}

/** Whether a number may be a literal of a plan. */
export const isExact = (value: number): boolean => Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))

/** A call as it stands. */
export const plain = (name: FunctionName, args: readonly Expression[]): CallExpression => ({ kind: 'call', name, args })
