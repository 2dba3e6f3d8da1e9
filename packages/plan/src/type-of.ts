import type { AggregateExpression, CallExpression, ColumnExpression, Constant, Expression, ParamExpression } from './expression.ts'
import type { Plan } from './plan.ts'
import type { Field, ListType, ScalarType } from './schema.ts'
import { aggregateResult, resultNullable, resultOf } from './signature.ts'

/** The type of an expression's value; `null` is the type of a bare missing literal. */
export interface ValueType {
  readonly type: ScalarType | ListType | 'null'
  readonly nullable: boolean
}

export interface ExpressionScope {
  readonly fields: readonly Field[]
  readonly params: Plan['params']
}

/** The type of an expression of a valid plan. Throws a TypeError where it names what the scope does not have. */
export function typeOf(expression: Expression, scope: ExpressionScope): ValueType {
  switch (expression.kind) {
    case 'column':
      return columnType(expression, scope)
    case 'param':
      return paramType(expression, scope)
    case 'literal':
      return literalType(expression.value)
    case 'call':
      return callType(expression, scope)
    case 'aggregate':
      return aggregateType(expression, scope)
    default:
      return expression satisfies never
  }
}

/** A whole number is int32 where it fits, else int64; other numbers are float64. */
export function literalType(value: Constant | null): ValueType {
  if (value === null) return { type: 'null', nullable: true }
  if (typeof value === 'number') return { type: numberType(value), nullable: false }
  return { type: constantType(value), nullable: false }
}

/** A param is int64 where its default is whole, so that an operator may set any whole number. */
export function constantType(value: Constant): ScalarType {
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64'
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    default:
      return 'durationMs' in value ? 'duration' : 'timestamp'
  }
}

function numberType(value: number): ScalarType {
  if (!Number.isInteger(value)) return 'float64'
  return (value | 0) === value ? 'int32' : 'int64'
}

function columnType({ name }: ColumnExpression, { fields }: ExpressionScope): ValueType {
  const field = fields.find((candidate) => candidate.name === name)
  if (field === undefined) throw new TypeError(`no column ${JSON.stringify(name)}`)
  return { type: field.type, nullable: field.nullable }
}

function paramType({ name }: ParamExpression, { params }: ExpressionScope): ValueType {
  const value = Object.hasOwn(params, name) ? params[name] : undefined
  if (value === undefined) throw new TypeError(`no param ${JSON.stringify(name)}`)
  return { type: constantType(value), nullable: false }
}

function callType({ name, args }: CallExpression, scope: ExpressionScope): ValueType {
  const values = args.map((arg) => typeOf(arg, scope))
  const type = resultOf(
    name,
    values.map((value) => value.type),
  )
  return {
    type,
    nullable:
      type === 'null' ||
      resultNullable(
        name,
        values.map((value) => value.nullable),
      ),
  }
}

function aggregateType({ name, arg }: AggregateExpression, scope: ExpressionScope): ValueType {
  const argument = arg === undefined ? null : typeOf(arg, scope).type
  return { type: aggregateResult(name, argument), nullable: name !== 'count' }
}
