import type { Expression } from '@millrace/plan'
import type * as js from 'acorn'
import { type Arithmetic, arithmetic, negative } from '../normal/arithmetic.ts'
import { type Comparison, comparison } from '../normal/comparison.ts'
import { isLiteral, literal, numberOf, stringOf } from '../normal/literal.ts'
import { and, choose, coalesce, not, or } from '../normal/logic.ts'
import { hole, type Names } from './meaning.ts'
import { type Reading, typeName } from './reading.ts'
import { unwrapped } from './wrapped.ts'

const arithmetics: Partial<Record<js.BinaryOperator, Arithmetic>> = { '-': 'sub', '*': 'mul', '/': 'div', '%': 'mod', '**': 'pow' }
const comparisons: Partial<Record<js.BinaryOperator, Comparison>> = {
  '===': 'eq',
  '==': 'eq',
  '!==': 'ne',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
}

export function binary(reading: Reading, node: js.BinaryExpression, names: Names): Expression {
  if (node.left.type === 'PrivateIdentifier') return reading.refuse(node, 'SDK_SYNTAX', { what: 'A private name', instead: 'Name a column.' })
  const compared = comparisons[node.operator]
  const computed = arithmetics[node.operator]
  if (compared === undefined && computed === undefined && node.operator !== '+') return refuseOperator(reading, node)
  const left = reading.value(node.left, names)
  const right = reading.value(node.right, names)
  if (compared !== undefined) return comparison(compared, left, right)
  if (computed === undefined && (isText(reading, left) || isText(reading, right))) return reading.joined([left, right])
  return computedValue(reading, node, computed ?? 'add', left, right)
}

/** Arithmetic; a constant without a value, as `1 / 0`, is a mistake. */
export function computedValue(reading: Reading, node: js.Node, name: Arithmetic, left: Expression, right: Expression): Expression {
  const value = arithmetic(name, digit(reading, left), digit(reading, right))
  const folded = numberOf(left) === undefined || numberOf(right) === undefined || isLiteral(value)
  if (folded) return value
  return reading.refuse(node, 'SDK_NOT_A_VALUE', {
    what: 'What these constants give',
    instead: 'Write a number within +-(2^53 - 1), or null for a missing value.',
  })
}

/** Minifiers write `x * flag` for `x * (flag ? 1 : 0)`. */
const digit = (reading: Reading, value: Expression): Expression => (reading.typeOf(value) === 'bool' ? choose(value, literal(1), literal(0)) : value)

const isText = (reading: Reading, value: Expression): boolean =>
  stringOf(value) !== undefined || (value.kind === 'call' && value.name === 'concat') || reading.typeOf(value) === 'string'

function refuseOperator(reading: Reading, node: js.BinaryExpression): Expression {
  const instead = node.operator === 'in' ? 'Write `row.column !== null`.' : 'There are: + - * / % ** < <= > >= === !== && || ! ?? and `condition ? a : b`.'
  return reading.refuse(node, 'SDK_SYNTAX', { what: `The operator \`${node.operator}\``, instead })
}

export function logical(reading: Reading, node: js.LogicalExpression, names: Names): Expression {
  if (node.operator === '??') return replacement(reading, node, names)
  const left = condition(reading, node.left, names, `\`${node.operator}\``)
  const right = condition(reading, node.right, names, `\`${node.operator}\``)
  return node.operator === '&&' ? and(left, right) : or(left, right)
}

/** Minifiers drop `?? b` after what is never null in JavaScript; here arithmetic can be missing. */
function replacement(reading: Reading, node: js.LogicalExpression, names: Names): Expression {
  if (node.left.type === 'Literal' || !isNeverNull(node.left)) return coalesce(reading.value(node.left, names), reading.value(node.right, names))
  const instead = 'Replace what may be missing before: `(row.x ?? 0) * 2`; compilers drop this one, because in JavaScript it has no effect.'
  return reading.refuse(node, 'SDK_SYNTAX', { what: 'A `??` after an operator or a template', instead })
}

/** Whether JavaScript can tell that a value is not null. */
function isNeverNull(wrapped: js.Expression): boolean {
  const node = unwrapped(wrapped)
  switch (node.type) {
    case 'BinaryExpression':
    case 'TemplateLiteral':
      return true
    case 'UnaryExpression':
      return node.operator !== 'void'
    case 'Literal':
      return node.value !== null
    case 'LogicalExpression':
      return isNeverNull(node.right) && (node.operator === '??' || isNeverNull(node.left))
    case 'ConditionalExpression':
      return isNeverNull(node.consequent) && isNeverNull(node.alternate)
    default:
      return false
  }
}

export function conditional(reading: Reading, node: js.ConditionalExpression, names: Names): Expression {
  const test = condition(reading, node.test, names, '`?`')
  return choose(test, reading.value(node.consequent, names), reading.value(node.alternate, names))
}

export function unary(reading: Reading, node: js.UnaryExpression, names: Names): Expression {
  switch (node.operator) {
    case '!':
      return not(condition(reading, node.argument, names, '`!`'))
    case '-':
      return negative(reading.value(node.argument, names))
    case '+':
      return asNumber(reading, node, names)
    case 'void':
      // What minifiers write for `undefined`.
      if (node.argument.type === 'Literal') return literal(null)
      return refuseUnary(reading, node)
    default:
      return refuseUnary(reading, node)
  }
}

function asNumber(reading: Reading, node: js.UnaryExpression, names: Names): Expression {
  const value = reading.value(node.argument, names)
  if (!isText(reading, value)) return digit(reading, value)
  const instead = 'Declare the column as a number; in JSON one in a string is `float64({ fromText: true })`.'
  return reading.refuse(node, 'SDK_SYNTAX', { what: 'A string turned into a number', instead })
}

function refuseUnary(reading: Reading, node: js.UnaryExpression): Expression {
  const instead =
    node.operator === 'typeof' ? 'Types stand in the schema; write `row.column === null` to ask whether it is missing.' : 'Write an expression without it.'
  return reading.refuse(node, 'SDK_SYNTAX', { what: `The operator \`${node.operator}\``, instead })
}

/** A value that must be true or false; JavaScript's truthiness of numbers and strings is refused. */
function condition(reading: Reading, node: js.Expression, names: Names, where: string): Expression {
  const value = reading.value(node, names)
  if (value === hole) return value
  // Minifiers write 1 and 0 for true and false where only truth counts.
  const number = numberOf(value)
  if (number === 0 || number === 1) return literal(number === 1)
  const type = reading.typeOf(value)
  if (type === undefined || type === 'bool') return value
  const instead = type === 'string' ? "`x !== ''` or `x !== null`" : '`x !== 0` or `x !== null`'
  return reading.refuse(node, 'SDK_NOT_BOOLEAN', { where, type: typeName(type), instead })
}
