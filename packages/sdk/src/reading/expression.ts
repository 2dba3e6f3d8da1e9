import type { Expression } from '@millrace/plan'
import type * as js from 'acorn'
import { isExact } from '../normal/arithmetic.ts'
import { literal } from '../normal/literal.ts'
import { callMeaning } from './calls.ts'
import { hole, type Meaning, type Names, valueMeaning } from './meaning.ts'
import { member } from './member.ts'
import { memberName } from './member-name.ts'
import { capturedPath, identifier, refuseCaptured } from './names.ts'
import { object } from './objects.ts'
import { binary, conditional, logical, unary } from './operators.ts'
import type { Reading } from './reading.ts'
import { refuseSyntax } from './syntax.ts'
import { unwrapped } from './wrapped.ts'

/** What an expression of JavaScript stands for. */
export function expressionMeaning(reading: Reading, wrapped: js.Expression, names: Names): Meaning {
  const node = unwrapped(wrapped)
  switch (node.type) {
    case 'Identifier':
      return identifier(reading, node, names)
    case 'MemberExpression':
      return memberExpression(reading, node, names)
    case 'CallExpression':
      return callMeaning(reading, node, names)
    case 'ObjectExpression':
      return object(reading, node, names)
    case 'Literal':
      return valueMeaning(constant(reading, node))
    case 'TemplateLiteral':
      return valueMeaning(template(reading, node, names))
    case 'BinaryExpression':
      return valueMeaning(binary(reading, node, names))
    case 'LogicalExpression':
      return valueMeaning(logical(reading, node, names))
    case 'ConditionalExpression':
      return valueMeaning(conditional(reading, node, names))
    case 'UnaryExpression':
      return valueMeaning(unary(reading, node, names))
    case 'SequenceExpression':
      return lastOf(node.expressions.map((part) => reading.meaning(part, names)))
    default:
      return refuseSyntax(reading, node)
  }
}

/** `(a.x, a.y)` is what minifiers leave of `a.x ? a.y : a.y`: all is read, the last counts. */
const lastOf = (meanings: readonly Meaning[]): Meaning => meanings.at(-1) as Meaning

function memberExpression(reading: Reading, node: js.MemberExpression, names: Names): Meaning {
  const captured = capturedPath(node, names)
  if (captured !== undefined) return refuseCaptured(reading, node, captured)
  if (node.object.type === 'Super') return reading.refused(node, 'SDK_SYNTAX', { what: '`super`', instead: 'Write one expression of the row.' })
  const object = reading.meaning(node.object, names)
  const name = memberName(reading, node)
  return name === undefined ? valueMeaning(hole) : member(reading, object, name, node.property)
}

function constant(reading: Reading, node: js.Literal): Expression {
  const { value } = node
  if (node.regex) return reading.refuse(node, 'SDK_SYNTAX', { what: 'A regular expression', instead: 'Use startsWith, endsWith or includes.' })
  if (typeof value === 'bigint') return reading.refuse(node, 'SDK_UNSAFE_INTEGER', { literal: node.raw })
  if (typeof value === 'number' && !isExact(value)) return reading.refuse(node, 'SDK_UNSAFE_INTEGER', { literal: node.raw })
  return literal(value as string | number | boolean | null)
}

function template(reading: Reading, { quasis, expressions }: js.TemplateLiteral, names: Names): Expression {
  return reading.joined(
    quasis.flatMap((quasi, at) => {
      const value = expressions[at]
      const text = literal(quasi.value.cooked ?? '')
      return value === undefined ? [text] : [text, reading.value(value, names)]
    }),
  )
}
