import { type Expression, type Field, type Plan, type ScalarType, typeOf } from '@millrace/plan'
import type { Code, ColumnAccess, Scope } from './scope.ts'

/** What an expression is compiled against. */
export interface ExpressionContext {
  readonly scope: Scope
  readonly columns: ColumnAccess
  readonly fields: readonly Field[]
  readonly params: Plan['params']
  /** Name of the row variable of the generated loop. */
  readonly row: string
  /** Name of the variable that holds the number of the row's member, where no column of the row does (shared jobs). */
  readonly member?: string
  /** Code of an aggregate's value, inside the columns of an aggregate. */
  readonly aggregate?: (expression: Extract<Expression, { kind: 'aggregate' }>) => Code
}

export function typeIn(expression: Expression, context: ExpressionContext): ScalarType | 'null' {
  const { type } = typeOf(expression, { fields: context.fields, params: context.params })
  if (typeof type === 'object') throw new Error('a list is no value of an expression')
  return type
}
