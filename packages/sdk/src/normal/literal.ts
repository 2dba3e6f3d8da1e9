import type { Constant, Expression, LiteralExpression } from '@millrace/plan'

/** -0 is 0 (semantics V2). */
export const literal = (value: Constant | null): LiteralExpression => ({ kind: 'literal', value: value === 0 ? 0 : value })

export const isLiteral = (expression: Expression): expression is LiteralExpression => expression.kind === 'literal'

export const isBoolean = (expression: Expression, value: boolean): boolean => isLiteral(expression) && expression.value === value

export const isMissingLiteral = (expression: Expression): boolean => isLiteral(expression) && expression.value === null

/** The number of a literal, or undefined. */
export const numberOf = (expression: Expression): number | undefined =>
  isLiteral(expression) && typeof expression.value === 'number' ? expression.value : undefined

export const stringOf = (expression: Expression): string | undefined =>
  isLiteral(expression) && typeof expression.value === 'string' ? expression.value : undefined

/** Expressions of one form are equal when their JSON is. */
export const same = (a: Expression, b: Expression): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)
