import type { Expression } from '@millrace/plan'
import { plain } from './arithmetic.ts'
import { isLiteral, isMissingLiteral, literal, numberOf, stringOf } from './literal.ts'
import { not } from './logic.ts'

export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'

/** The same comparison with its sides exchanged. */
const turned: Readonly<Record<Comparison, Comparison>> = { eq: 'eq', ne: 'ne', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' }

/** A literal stands on the right: minifiers write `303 === row.id`. `x === null` asks whether x is missing. */
export function comparison(name: Comparison, a: Expression, b: Expression): Expression {
  if (isLiteral(a) && !isLiteral(b)) return comparison(turned[name], b, a)
  if (isMissingLiteral(b) && (name === 'eq' || name === 'ne')) return presence(name === 'eq' ? 'isMissing' : 'isPresent', a)
  if (isLiteral(b) && typeof b.value === 'boolean' && (name === 'eq' || name === 'ne')) return b.value === (name === 'eq') ? a : not(a)
  const left = constantOf(a)
  const right = constantOf(b)
  if (left !== undefined && typeof left === typeof right) return literal(compare(name, left, right as typeof left))
  return plain(name, [a, b])
}

const constantOf = (expression: Expression): number | string | undefined => numberOf(expression) ?? stringOf(expression)

export function presence(name: 'isMissing' | 'isPresent', a: Expression): Expression {
  if (!isLiteral(a)) return plain(name, [a])
  return literal((a.value === null) === (name === 'isMissing'))
}

function compare(name: Comparison, a: number | string, b: number | string): boolean {
  switch (name) {
    case 'eq':
      return a === b
    case 'ne':
      return a !== b
    case 'lt':
      return a < b
    case 'le':
      return a <= b
    case 'gt':
      return a > b
    case 'ge':
      return a >= b
  }
}
