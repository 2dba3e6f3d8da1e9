import type { CallExpression, Constant, Expression } from '@millrace/plan'
import { callCode } from './calls.ts'
import type { ExpressionContext } from './context.ts'
import { membersIn, memberValue } from './member-params.ts'
import type { Code, Scope } from './scope.ts'
import { never } from './scope.ts'

/** An expression of a valid plan as code that computes it for one row. */
export function expressionCode(expression: Expression, context: ExpressionContext): Code {
  switch (expression.kind) {
    case 'column':
      return context.columns.read(expression.name, context.row)
    case 'param':
      return memberValue(expression.name, context) ?? constantCode(context.params[expression.name] as Constant, context.scope)
    case 'literal':
      return constantCode(expression.value, context.scope)
    case 'aggregate':
      return aggregateCode(expression, context)
    case 'call':
      return textEquality(expression, context) ?? callCode(expression, context, (argument) => expressionCode(argument, context))
    default:
      return expression satisfies never
  }
}

function aggregateCode(expression: Extract<Expression, { kind: 'aggregate' }>, context: ExpressionContext): Code {
  if (context.aggregate === undefined) throw new Error('an aggregate of a valid plan stands in an aggregate operator')
  return context.aggregate(expression)
}

function constantCode(value: Constant | null, scope: Scope): Code {
  if (value === null) return { before: '', value: '0', missing: 'true' }
  return { before: '', value: constantValue(value, scope), missing: never }
}

/** Numbers and booleans stand in the code as such; text never does. */
function constantValue(value: Constant, scope: Scope): string {
  switch (typeof value) {
    case 'number':
      return value < 0 ? `(${value})` : String(value)
    case 'boolean':
      return String(value)
    case 'string':
      return scope.constant(value)
    default:
      return `(${'durationMs' in value ? value.durationMs : value.timestampMs})`
  }
}

/**
 * A string column against a constant compares entry numbers of the column's dictionary: the constant is
 * looked up once a batch. -1, the answer for a string that the dictionary lacks, equals no entry.
 */
function textEquality(call: CallExpression, context: ExpressionContext): Code | undefined {
  if (call.name !== 'eq' && call.name !== 'ne') return undefined
  const [column, constant] = call.args as [Expression, Expression]
  if (constant.kind === 'param' && membersIn(context.params)?.values.has(constant.name)) return undefined
  if (column.kind !== 'column' || context.columns.type(column.name) !== 'string') return undefined
  const text = constant.kind === 'literal' ? constant.value : constant.kind === 'param' ? context.params[constant.name] : undefined
  if (typeof text !== 'string') return undefined
  const entry = context.columns.entryOf(column.name, context.scope.constant(text))
  const equals = call.name === 'eq' ? '===' : '!=='
  return {
    before: '',
    value: `(${context.columns.values(column.name)}[${context.row}] ${equals} ${entry})`,
    missing: context.columns.missing(column.name, context.row),
  }
}
