import { type CallExpression, type Constant, type Expression, type FunctionNode, functions, type Plan } from '@millrace/plan'

const comparisons: ReadonlySet<string> = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])

/** Takes the constants out of expressions, one after the other, and puts params in their places. */
export class Lifting {
  /** Of the lifted plan: a constant of the same type each, the same for all plans. */
  readonly params: Record<string, Constant> = {}
  readonly values: Constant[] = []
  private readonly declared: Plan['params']
  private readonly given: Plan['params']

  /** `declared` decides what type a param has, `given` its value. */
  constructor(declared: Plan['params'], given: Plan['params']) {
    this.declared = declared
    this.given = given
  }

  expression(expression: Expression): Expression {
    switch (expression.kind) {
      case 'column':
        return expression
      case 'param':
        return this.param(this.declared[expression.name] as Constant, this.given[expression.name] as Constant)
      case 'literal':
        // Out of a call, a literal's own type may be a column's.
        return expression.value === null || typeof expression.value === 'number' ? expression : this.param(expression.value, expression.value)
      case 'call':
        return { ...expression, args: expression.args.map((argument, at) => this.argument(expression, argument, at)) }
      case 'aggregate':
        return {
          ...expression,
          ...(expression.arg === undefined ? {} : { arg: this.expression(expression.arg) }),
          ...(expression.where === undefined ? {} : { where: this.expression(expression.where) }),
        }
      default:
        return expression satisfies never
    }
  }

  private argument(call: CallExpression, argument: Expression, at: number): Expression {
    const constant = argument.kind === 'literal' ? argument.value : argument.kind === 'param' ? (this.given[argument.name] as Constant) : null
    if (typeof constant === 'number' && comparisons.has(call.name)) return this.add('any', 0.5, constant)
    if (argument.kind !== 'literal') return this.expression(argument)
    if (isPartOfCode(call, at)) return argument
    if (typeof constant === 'number' && hasTypeOfArguments(call)) return argument
    return constant === null ? argument : this.param(constant, constant)
  }

  private param(declared: Constant, value: Constant): Expression {
    // A param declared as a number may be given a whole one: expressions then reckon with whole numbers.
    return this.add(kindOf(value), stand(declared), value)
  }

  /** The param's name tells the value's kind, so that plans of one shape have values of the same kinds. */
  private add(kind: string, stand: Constant, value: Constant): Expression {
    const name = `${this.values.length}${kind}`
    this.params[name] = stand
    this.values.push(value)
    return { kind: 'param', name }
  }
}

/** Zones and digits are compiled in. */
function isPartOfCode({ name }: CallExpression, at: number): boolean {
  const parameter = (functions[name] as FunctionNode).params[at]
  return parameter?.startsWith('zone') === true || parameter === 'digits'
}

/** The type of such a call follows from its arguments', and a whole literal may have a narrower type than a param. */
function hasTypeOfArguments({ name }: CallExpression): boolean {
  const { result } = functions[name] as FunctionNode
  return result === 'T' || result === 'widest'
}

function kindOf(value: Constant): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'whole' : 'float'
  if (typeof value === 'object') return 'durationMs' in value ? 'duration' : 'timestamp'
  return typeof value === 'string' ? 'text' : 'bool'
}

/** A constant that stands for all of its type. */
export function stand(value: Constant): Constant {
  switch (kindOf(value)) {
    case 'whole':
      return 1
    case 'float':
      return 0.5
    case 'duration':
      return { durationMs: 0 }
    case 'timestamp':
      return { timestampMs: 0 }
    case 'text':
      return ''
    default:
      return true
  }
}
