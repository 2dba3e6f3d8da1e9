import type { AggregateExpression, AggregateName, Expression, FunctionName } from '@millrace/plan'
import { functions } from '@millrace/plan'
import type * as js from 'acorn'
import { call } from '../normal/constant-call.ts'
import { and } from '../normal/logic.ts'
import { hole, type Meaning, type Names, valueMeaning } from './meaning.ts'
import { member, refuseMember, valueMembers } from './member.ts'
import { memberName } from './member-name.ts'
import { type AggregateMember, mathFunctions } from './members.ts'
import { capturedPath } from './names.ts'
import { computedValue } from './operators.ts'
import type { Reading } from './reading.ts'
import { unwrapped } from './wrapped.ts'

/** `avg(x, { where })`, `Math.abs(x)`, `name.startsWith('x')`. */
export function callMeaning(reading: Reading, node: js.CallExpression, names: Names): Meaning {
  const callee = unwrapped(node.callee)
  if (callee.type === 'Super') return reading.refused(callee, 'SDK_SYNTAX', { what: '`super`', instead: 'Write one expression of the row.' })
  if (callee.type === 'MemberExpression') return memberCall(reading, node, callee, names)
  return calledMeaning(reading, node, reading.meaning(callee, names), names)
}

function memberCall(reading: Reading, node: js.CallExpression, callee: js.MemberExpression, names: Names): Meaning {
  if (callee.object.type === 'Super' || capturedPath(callee, names) !== undefined) return reading.meaning(callee, names)
  const object = reading.meaning(callee.object, names)
  const name = memberName(reading, callee)
  if (name === undefined) return valueMeaning(hole)
  if (object.is === 'math' && Object.hasOwn(mathFunctions, name)) return valueMeaning(mathCall(reading, node, name, names))
  if (object.is === 'value' || (object.is === 'row' && !reading.isRecord(object.path)))
    return method(reading, node, callee, reading.asValue(object, callee.object), name, names)
  return calledMeaning(reading, node, member(reading, object, name, callee), names)
}

function calledMeaning(reading: Reading, node: js.CallExpression, called: Meaning, names: Names): Meaning {
  if (called.is === 'aggregate') return valueMeaning(aggregate(reading, node, called.name as AggregateMember, names))
  // What was refused has its issue already.
  if (called.is === 'value' && called.value === hole) return called
  return reading.refused(node.callee, 'SDK_UNKNOWN_FUNCTION', { name: 'This', near: '', instead: 'docs/apps.md lists what can be called.' })
}

function mathCall(reading: Reading, node: js.CallExpression, name: string, names: Names): Expression {
  const called = mathFunctions[name] as FunctionName
  const args = argumentsOf(reading, node, names)
  // Math.max(x) is x.
  if ((called === 'least' || called === 'greatest') && args.length === 1) return args[0] as Expression
  if (!takes(reading, node, called, args.length, 0, `Math.${name}`)) return call(called, args)
  return called === 'pow' ? computedValue(reading, node, 'pow', args[0] as Expression, args[1] as Expression) : call(called, args)
}

function method(reading: Reading, node: js.CallExpression, callee: js.MemberExpression, value: Expression, name: string, names: Names): Meaning {
  const { methods } = valueMembers(reading, value)
  const args = argumentsOf(reading, node, names)
  if (value === hole) return valueMeaning(hole)
  const called = Object.hasOwn(methods, name) ? methods[name] : undefined
  if (called === undefined) return refuseMember(reading, value, name, callee.property)
  if (called === 'concat') return valueMeaning(reading.joined([value, ...args]))
  if (!takes(reading, node, called, args.length, 1, name)) return valueMeaning(value)
  return valueMeaning(call(called === 'minus' && isInstant(reading, args[0]) ? 'between' : called, [value, ...args]))
}

const isInstant = (reading: Reading, value: Expression | undefined): boolean => value !== undefined && reading.typeOf(value) === 'timestamp'

/** Whether a function takes so many arguments; `before`: how many stand before the parentheses. */
function takes(reading: Reading, node: js.CallExpression, called: FunctionName, given: number, before: number, name: string): boolean {
  const params: readonly string[] = functions[called].params
  const repeats = params.at(-1) === '...'
  const least = params.filter((param) => param !== '...' && !param.endsWith('?')).length - before
  const most = repeats ? Number.POSITIVE_INFINITY : params.length - before
  if (given >= least && given <= most) return true
  const range = repeats ? `at least ${least}` : least === most ? String(least) : `${least} to ${most}`
  reading.refuse(node, 'SDK_ARGUMENTS', { name, takes: `${range} argument(s)`, given, instead: 'docs/expressions.md lists every function.' })
  return false
}

function argumentsOf(reading: Reading, node: js.CallExpression, names: Names): Expression[] {
  return node.arguments.map((argument) =>
    argument.type === 'SpreadElement'
      ? reading.refuse(argument, 'SDK_SYNTAX', { what: '`...` among arguments', instead: 'Write the arguments out.' })
      : reading.value(argument, names),
  )
}

function aggregate(reading: Reading, node: js.CallExpression, name: AggregateMember, names: Names): Expression {
  const { values, where } = aggregateArguments(reading, node, names)
  const [arg, ...more] = values
  if (more.length > 0 || (arg === undefined && name !== 'count')) {
    const instead = name === 'count' ? 'Write count(), count(x) or count({ where }).' : `Write ${name}(${name === 'countIf' ? 'condition' : 'x'}).`
    return reading.refuse(node, 'SDK_ARGUMENTS', { name, takes: name === 'count' ? 'at most one value' : 'one value', given: values.length, instead })
  }
  if (name !== 'countIf') return aggregateExpression(name, arg, where)
  return aggregateExpression('count', undefined, where === undefined ? arg : and(arg as Expression, where))
}

function aggregateExpression(name: AggregateName, arg: Expression | undefined, where: Expression | undefined): AggregateExpression {
  return { kind: 'aggregate', name, ...(arg !== undefined && { arg }), ...(where !== undefined && { where }) }
}

function aggregateArguments(reading: Reading, node: js.CallExpression, names: Names): { values: Expression[]; where?: Expression } {
  const last = node.arguments.at(-1)
  const options = last !== undefined && last.type !== 'SpreadElement' && unwrapped(last).type === 'ObjectExpression' ? last : undefined
  if (options === undefined) return { values: argumentsOf(reading, node, names) }
  const values = argumentsOf(reading, { ...node, arguments: node.arguments.slice(0, -1) }, names)
  const given = reading.meaning(options, names)
  if (given.is !== 'columns') return { values }
  for (const name of given.columns.keys())
    if (name !== 'where')
      reading.refuse(options, 'SDK_ARGUMENTS', {
        name: 'An aggregate',
        takes: 'the option `where`',
        given: `\`${name}\``,
        instead: 'Write { where: condition }.',
      })
  const where = given.columns.get('where')
  return where === undefined ? { values } : { values, where }
}
