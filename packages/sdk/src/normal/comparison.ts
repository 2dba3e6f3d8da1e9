import type { Expression } from '@millrace/plan'
import { plain } from './arithmetic.ts'
import { isLiteral, isMissingLiteral, literal, numberOf } from './literal.ts'

export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'

/** The same comparison with its sides exchanged. */
const turned: Readonly<Record<Comparison, Comparison>> = { eq: 'eq', ne: 'ne', lt: 'gt', le: 'ge', gt: 'lt', ge: 'le' }

/** A literal stands on the right: minifiers write `303 === row.id`. `x === null` asks whether x is missing. */
export function comparison(name: Comparison, a: Expression, b: Expression): Expression {
  if (isLiteral(a) && !isLiteral(b)) return comparison(turned[name], b, a)
  if (isMissingLiteral(b) && (name === 'eq' || name === 'ne')) return presence(name === 'eq' ? 'isMissing' : 'isPresent', a)
  const left = numberOf(a)
  const right = numberOf(b)
  if (left !== undefined && right !== undefined) return literal(compare(name, left, right))
  return plain(name, [a, b])
}

export function presence(name: 'isMissing' | 'isPresent', a: Expression): Expression {
  if (!isLiteral(a)) return plain(name, [a])
  return literal((a.value === null) === (name === 'isMissing'))
}

function compare(name: Comparison, a: number, b: number): boolean {
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
