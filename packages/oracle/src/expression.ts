import { type CallExpression, type Constant, type Expression, type ExpressionScope, typeOf } from '@millrace/plan'
import { failed, plainFunctions, textOf } from './functions.ts'
import { type Value, type Values, withoutNegativeZero } from './value.ts'

/** What an expression is read against. `params` has the values of this run. */
export interface Meaning extends ExpressionScope {
  /** Counts values that became missing by overflow, division by zero or range (semantics V2). */
  readonly failures: { count: number }
}

/** The value of an expression for a row; `folded` gives the values of aggregates, where they may stand. */
export type Evaluation = (row: Values, folded?: ReadonlyMap<Expression, Value>) => Value

export function evaluationOf(expression: Expression, scope: Meaning): Evaluation {
  switch (expression.kind) {
    case 'column':
      return (row) => row[expression.name] ?? null
    case 'param':
      return () => constantValue(scope.params[expression.name] ?? null)
    case 'literal':
      return () => constantValue(expression.value)
    case 'aggregate':
      return (_row, folded) => folded?.get(expression) ?? null
    case 'call':
      return callEvaluation(expression, scope)
    default:
      return expression satisfies never
  }
}

/** A constant as a value: timestamps and durations as ms. */
export function constantValue(constant: Constant | null): Value {
  if (constant === null || typeof constant !== 'object') return withoutNegativeZero(constant)
  return 'durationMs' in constant ? constant.durationMs : constant.timestampMs
}

function callEvaluation({ name, args: expressions }: CallExpression, scope: Meaning): Evaluation {
  const args = expressions.map((arg) => evaluationOf(arg, scope))
  const types = expressions.map((arg) => typeOf(arg, scope))
  const [first, second, third] = args as [Evaluation, Evaluation, Evaluation]
  switch (name) {
    case 'and':
      return (...row) => and(first(...row), () => second(...row))
    case 'or':
      return (...row) => or(first(...row), () => second(...row))
    case 'isMissing':
      return (...row) => first(...row) === null
    case 'isPresent':
      return (...row) => first(...row) !== null
    case 'coalesce':
      return (...row) => first(...row) ?? second(...row)
    case 'if':
      return (...row) => {
        const test = first(...row)
        return test === null ? null : test ? second(...row) : third(...row)
      }
    case 'format':
    case 'concat':
      return (...row) => {
        const parts = args.map((arg) => arg(...row))
        if (name === 'concat' && parts.includes(null)) return null
        return parts.map((part, at) => (part === null ? 'missing' : textOf(part, types[at]!))).join('')
      }
    default: {
      const compute = plainFunctions[name]
      const whole = types.every(({ type }) => type !== 'float64')
      return (...row) => {
        const values = args.map((arg) => arg(...row))
        if (values.includes(null)) return null
        const result = compute(values, whole)
        if (result !== failed) return withoutNegativeZero(result)
        scope.failures.count++
        return null
      }
    }
  }
}

/** false decides, whatever the other side; the other side is only asked where it can matter. */
function and(left: Value, right: () => Value): Value {
  if (left === false) return false
  const other = right()
  if (other === false) return false
  return left === null || other === null ? null : true
}

function or(left: Value, right: () => Value): Value {
  if (left === true) return true
  const other = right()
  if (other === true) return true
  return left === null || other === null ? null : false
}
