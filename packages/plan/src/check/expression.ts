import type { AggregateExpression, CallExpression, ColumnExpression, Expression, LiteralExpression } from '../expression.ts'
import { type FunctionNode, functions } from '../functions.ts'
import type { Plan } from '../plan.ts'
import type { Field, ScalarType } from '../schema.ts'
import { type ArgumentType, accepts, aggregateParameters, aggregateResult, arityOf, commonType, parameterOf, resultOf } from '../signature.ts'
import { constantType, literalType } from '../type-of.ts'
import { checkConstant } from './constants.ts'
import { hint, join, quote, type Report } from './report.ts'
import { checkZone } from './zone.ts'

/** What an expression may read. */
export interface CheckScope {
  readonly fields: readonly Field[]
  /** Columns whose type could not be told; that was reported where they are made. */
  readonly loose: ReadonlySet<string>
  readonly params: Plan['params']
  /** Where the expression stands; columns of a group are those of its key. */
  readonly place: 'row' | 'group' | 'folded'
  readonly key: readonly string[]
}

/** The type of an expression, or undefined where it has none; what is wrong in it was reported then. */
export function checkExpression(expression: Expression, scope: CheckScope, path: string, report: Report): ArgumentType | undefined {
  switch (expression.kind) {
    case 'column':
      return checkColumn(expression, scope, path, report)
    case 'param':
      return checkParam(expression.name, scope, path, report)
    case 'literal':
      return checkLiteral(expression, path, report)
    case 'call':
      return checkCall(expression, scope, path, report)
    case 'aggregate':
      return checkAggregate(expression, scope, path, report)
    default:
      return expression satisfies never
  }
}

/** An expression whose value must be of one type: a condition, a message. */
export function checkTyped(expression: Expression, wanted: 'bool' | 'string', scope: CheckScope, path: string, report: Report): void {
  const type = checkExpression(expression, scope, path, report)
  if (type !== undefined && type !== wanted) report(wanted === 'bool' ? 'CONDITION_NOT_BOOL' : 'MESSAGE_NOT_STRING', path, { found: typeName(type) })
}

export function typeName(type: ArgumentType): string {
  if (typeof type === 'object') return 'list'
  return type === 'null' ? 'missing' : type
}

function checkColumn({ name }: ColumnExpression, scope: CheckScope, path: string, report: Report): ArgumentType | undefined {
  if (scope.loose.has(name)) return undefined
  const field = scope.fields.find((candidate) => candidate.name === name)
  if (field === undefined) {
    const names = scope.fields.map((candidate) => candidate.name)
    report('COLUMN_UNKNOWN', path, { name: quote(name), hint: hint(name, names) })
  } else if (typeof field.type === 'object') report('COLUMN_IS_LIST', path, { name: quote(name) })
  else if (scope.place === 'group' && !scope.key.includes(name)) report('AGGREGATE_BARE_COLUMN', path, { name: quote(name) })
  else return field.type
  return undefined
}

function checkParam(name: string, { params }: CheckScope, path: string, report: Report): ArgumentType | undefined {
  const value = Object.hasOwn(params, name) ? params[name] : undefined
  if (value !== undefined) return constantType(value)
  report('PARAM_UNKNOWN', path, { name: quote(name), hint: hint(name, Object.keys(params)) })
  return undefined
}

function checkLiteral({ value }: LiteralExpression, path: string, report: Report): ArgumentType {
  checkConstant(value, join(path, 'value'), report)
  return literalType(value).type
}

function checkCall(call: CallExpression, scope: CheckScope, path: string, report: Report): ArgumentType | undefined {
  const types = call.args.map((arg, at) => checkExpression(arg, scope, `${path}.args.${at}`, report))
  if (!checkCount(call, path, report)) return undefined
  const fit = call.args.map((arg, at) => checkArgument(call, arg, at, types[at], `${path}.args.${at}`, report))
  if (!fit.every(Boolean) || !types.every((type) => type !== undefined)) return resultWhateverTypes(call)
  return checkTogether(call, types, path, report) ? resultOf(call.name, types) : resultWhateverTypes(call)
}

/** A comparison is a bool whatever is wrong with its arguments, so that the rest can be checked. */
function resultWhateverTypes({ name }: CallExpression): ArgumentType | undefined {
  const { result }: FunctionNode = functions[name]
  return result === 'T' || result === 'widest' || result === 'arithmetic' ? undefined : (result as ScalarType)
}

function checkCount({ name, args }: CallExpression, path: string, report: Report): boolean {
  const { least, most } = arityOf(name)
  if (args.length >= least && args.length <= most) return true
  const expected = least === most ? String(least) : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`
  report('ARGUMENT_COUNT', path, { function: name, expected, found: args.length })
  return false
}

function checkArgument(call: CallExpression, arg: Expression, at: number, type: ArgumentType | undefined, path: string, report: Report): boolean {
  const parameter = parameterOf(call.name, at)
  if (parameter === 'zone' || parameter === 'digits') return checkLiteralArgument(call, arg, parameter, path, report)
  if (type === undefined || accepts(parameter, type)) return true
  report('ARGUMENT_TYPE', path, { function: call.name, position: at + 1, expected: expectations[parameter] ?? parameter, found: typeName(type) })
  return false
}

const expectations: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  ordered: 'a number, string, timestamp or duration',
  T: 'a value',
  any: 'a value',
}

/** Zones and digits are known when the plan is checked, so that no record can bring an unknown one. */
function checkLiteralArgument(call: CallExpression, arg: Expression, parameter: 'zone' | 'digits', path: string, report: Report): boolean {
  const value = arg.kind === 'literal' ? arg.value : null
  if (parameter === 'zone' && typeof value === 'string') return checkZone(value, path, report)
  if (parameter === 'digits' && typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 100) return true
  report('ARGUMENT_NOT_LITERAL', path, { function: call.name, expected: parameter === 'zone' ? 'a zone' : 'a whole number from 0 to 100' })
  return false
}

/** Arguments that must be of one type: all T, all ordered; a bare missing value fits any, but not alone. */
function checkTogether(call: CallExpression, types: readonly ArgumentType[], path: string, report: Report): boolean {
  const joint = types.filter((_, at) => ['T', 'ordered', 'number'].includes(parameterOf(call.name, at)))
  let common: ArgumentType = 'null'
  for (const type of joint) {
    const next = commonType(common, type)
    if (next === null) {
      report('ARGUMENTS_DIFFER', path, { function: call.name, first: typeName(common), second: typeName(type) })
      return false
    }
    common = next
  }
  if (joint.length === 0 || common !== 'null') return true
  report('ALWAYS_MISSING', path)
  return false
}

function checkAggregate(aggregate: AggregateExpression, scope: CheckScope, path: string, report: Report): ArgumentType | undefined {
  if (scope.place === 'row') report('AGGREGATE_OUTSIDE', path, { name: aggregate.name })
  if (scope.place === 'folded') report('AGGREGATE_NESTED', path, { name: aggregate.name })
  if (scope.place !== 'group') return undefined
  const folded: CheckScope = { ...scope, place: 'folded' }
  if (aggregate.where !== undefined) checkTyped(aggregate.where, 'bool', folded, join(path, 'where'), report)
  return checkFolded(aggregate, folded, path, report)
}

function checkFolded({ name, arg }: AggregateExpression, scope: CheckScope, path: string, report: Report): ArgumentType | undefined {
  if (arg === undefined) {
    if (name === 'count') return 'int64'
    report('AGGREGATE_ARGUMENT_MISSING', path, { name })
    return undefined
  }
  const type = checkExpression(arg, scope, join(path, 'arg'), report)
  if (type === undefined) return undefined
  const parameter = aggregateParameters[name]
  if (type !== 'null' && accepts(parameter, type)) return aggregateResult(name, type)
  report('ARGUMENT_TYPE', join(path, 'arg'), { function: name, position: 1, expected: expectations[parameter] ?? parameter, found: typeName(type) })
  return undefined
}
