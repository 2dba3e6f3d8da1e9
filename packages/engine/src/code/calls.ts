import type { CallExpression, Expression, FunctionName } from '@millrace/plan'
import { type ExpressionContext, typeIn } from './context.ts'
import { maxInt, maxTimestampMs, type TimePart, timePart } from './runtime.ts'
import { type Code, never } from './scope.ts'

/** The code of an argument. */
export type Compile = (argument: Expression) => Code

/** The code of a function call: one small function for every shape of call. */
export function callCode(call: CallExpression, context: ExpressionContext, compile: Compile): Code {
  const special = specials[call.name] ?? strict
  return special(call, context, compile)
}

type CallCode = (call: CallExpression, context: ExpressionContext, compile: Compile) => Code

const specials: Partial<Record<FunctionName, CallCode>> = {
  and: (call, context, compile) => logic(call, context, compile, 'false'),
  or: (call, context, compile) => logic(call, context, compile, 'true'),
  isMissing: (call, _, compile) => presence(call, compile, (missing) => missing),
  isPresent: (call, _, compile) => presence(call, compile, (missing) => (missing === never ? 'true' : `!(${missing})`)),
  coalesce,
  if: choose,
  format: (call, context, compile) => joined(call, context, compile, true),
  concat: (call, context, compile) => joined(call, context, compile, false),
}

/** Functions that are missing when an argument is, and perhaps fail (semantics V1, V2). */
function strict(call: CallExpression, context: ExpressionContext, compile: Compile): Code {
  const args = call.args.map(compile)
  const value = strictValue(
    call,
    args.map((arg) => arg.value),
    context,
  )
  const missing = anyOf(args.map((arg) => arg.missing))
  const before = args.map((arg) => arg.before).join('')
  const range = rangeOf(call, context)
  if (range === undefined) return { before, value: takesText(call, context) && missing !== never ? `(${missing} ? '' : ${value})` : value, missing }
  return failing(before, value, missing, range, context)
}

/** Under a missing argument stands 0, which string functions cannot take. */
function takesText(call: CallExpression, context: ExpressionContext): boolean {
  return call.args.some((arg) => typeIn(arg, context) === 'string')
}

/** Runs the computation where no argument is missing; a result out of range is missing and counted. */
function failing(before: string, value: string, missing: string, range: (name: string) => string, context: ExpressionContext): Code {
  const result = context.scope.temporary()
  const absent = context.scope.temporary()
  const compute = `${result} = ${value}; if (${range(result)}) ${result} += 0; else { ${result} = 0; ${absent} = true; F.failures++; }`
  const guarded = missing === never ? compute : `if (${missing}) ${absent} = true; else { ${compute} }`
  return { before: `${before} let ${result} = 0, ${absent} = false; ${guarded}`, value: result, missing: absent }
}

/** Whether a result is in range; undefined where it always is. */
function rangeOf(call: CallExpression, context: ExpressionContext): ((name: string) => string) | undefined {
  const whole = (name: string): string => `(${name} <= ${maxInt} && ${name} >= -${maxInt})`
  const finite = (name: string): string => `(${name} - ${name} === 0)`
  switch (call.name) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'mod':
    case 'neg':
    case 'abs':
      return typeIn(call, context) === 'float64' ? finite : whole
    case 'floor':
    case 'ceil':
    case 'round':
    case 'trunc':
      return whole
    case 'div':
    case 'pow':
    case 'sqrt':
    case 'exp':
    case 'log':
    case 'log2':
    case 'log10':
    case 'asin':
    case 'acos':
    case 'hypot':
      return finite
    case 'plus':
    case 'minus':
      return (name) => `(${name} <= ${maxTimestampMs} && ${name} >= -${maxTimestampMs})`
    default:
      return undefined
  }
}

const infix: Partial<Record<FunctionName, string>> = { add: '+', sub: '-', mul: '*', div: '/', mod: '%', between: '-', plus: '+', minus: '-' }
const comparisons: Partial<Record<FunctionName, string>> = { eq: '===', ne: '!==', lt: '<', le: '<=', gt: '>', ge: '>=' }
const maths = new Set<FunctionName>(['abs', 'floor', 'ceil', 'round', 'trunc', 'sqrt', 'exp', 'log', 'log2', 'log10', 'pow', 'hypot', 'asin', 'acos'])
/** Never out of range, but -0 becomes 0 (semantics V2). */
const total = new Set<FunctionName>(['sign', 'cbrt', 'sin', 'cos', 'tan', 'atan', 'atan2'])
const methods = new Set<FunctionName>(['startsWith', 'endsWith', 'includes', 'toLowerCase', 'toUpperCase', 'trim', 'trimStart', 'trimEnd', 'toFixed'])
const parts = new Set<FunctionName>(['year', 'month', 'dayOfMonth', 'dayOfWeek', 'dayOfYear', 'hour', 'minute', 'second'])
const durationMs: Partial<Record<FunctionName, number>> = { milliseconds: 1, seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 }

function strictValue(call: CallExpression, args: readonly string[], context: ExpressionContext): string {
  const { name } = call
  const [first = '', second = ''] = args
  if (comparisons[name] !== undefined) return comparison(call, comparisons[name], first, second, context)
  if (infix[name] !== undefined) return `(${first} ${infix[name]} ${second})`
  if (maths.has(name)) return `Math.${name}(${args.join(', ')})`
  if (total.has(name)) return `(Math.${name}(${args.join(', ')}) + 0)`
  if (methods.has(name)) return `(${first}).${name}(${args.slice(1).join(', ')})`
  if (parts.has(name)) return `${context.scope.constant(partOf(call))}(${first})`
  if (durationMs[name] !== undefined) return `(${first} / ${durationMs[name]})`
  return otherValue(name, args)
}

function otherValue(name: FunctionName, args: readonly string[]): string {
  switch (name) {
    case 'not':
      return `!(${args[0]})`
    case 'neg':
      return `(0 - ${args[0]})`
    case 'least':
      return `Math.min(${args.join(', ')})`
    case 'greatest':
      return `Math.max(${args.join(', ')})`
    case 'length':
      return `lib.lengthOf(${args[0]})`
    case 'slice':
      return `lib.sliceText(${args[0]}, ${args[1]}, ${args[2] ?? 'undefined'})`
    case 'epochMs':
      return args[0] as string
    default:
      throw new Error(`function ${name} has no code`)
  }
}

/** One function for a part and zone, so that equal calls share a constant. */
const partFunctions = new Map<string, (ms: number) => number>()

function partOf(call: CallExpression): (ms: number) => number {
  const zone = call.args[1]
  const name = zone?.kind === 'literal' && typeof zone.value === 'string' ? zone.value : 'UTC'
  const id = `${call.name} ${name}`
  const known = partFunctions.get(id)
  if (known !== undefined) return known
  const made = timePart(call.name as TimePart, name)
  partFunctions.set(id, made)
  return made
}

function comparison(call: CallExpression, sign: string, left: string, right: string, context: ExpressionContext): string {
  const text = call.args.some((arg) => typeIn(arg, context) === 'string')
  if (!text || sign === '===' || sign === '!==') return `(${left} ${sign} ${right})`
  return `(lib.compareText(${left}, ${right}) ${sign} 0)`
}

/** `and` is decided by false, `or` by true; else it is missing if a side is. */
function logic(call: CallExpression, context: ExpressionContext, compile: Compile, decided: 'true' | 'false'): Code {
  const [left, right] = call.args.map(compile) as [Code, Code]
  const sign = decided === 'false' ? '&&' : '||'
  if (right.before === '' && left.missing === never && right.missing === never)
    return { before: left.before, value: `(${left.value} ${sign} ${right.value})`, missing: never }
  const value = context.scope.temporary()
  const missing = context.scope.temporary()
  const isDecided = (side: Code): string => (decided === 'true' ? side.value : `!(${side.value})`)
  const before = `${left.before} let ${value} = ${decided}, ${missing} = ${left.missing};
    if (${missing} || !(${isDecided(left)})) { ${right.before}
      if (${right.missing}) { ${missing} = true; } else if (${isDecided(right)}) { ${missing} = false; } else ${value} = ${decided === 'true' ? 'false' : 'true'}; }`
  return { before, value, missing }
}

function presence(call: CallExpression, compile: Compile, test: (missing: string) => string): Code {
  const arg = compile(call.args[0] as Expression)
  return { before: arg.before, value: `(${test(arg.missing)})`, missing: never }
}

function coalesce(call: CallExpression, context: ExpressionContext, compile: Compile): Code {
  const [left, right] = call.args.map(compile) as [Code, Code]
  if (left.missing === never) return left
  const value = context.scope.temporary()
  const missing = context.scope.temporary()
  const before = `${left.before} let ${value}, ${missing} = false;
    if (${left.missing}) { ${right.before} ${value} = ${right.value}; ${missing} = ${right.missing}; } else ${value} = ${left.value};`
  return { before, value, missing: right.missing === never ? never : missing }
}

/** A missing test makes the whole missing (semantics V1); only the branch taken is evaluated. */
function choose(call: CallExpression, context: ExpressionContext, compile: Compile): Code {
  const [test, then, otherwise] = call.args.map(compile) as [Code, Code, Code]
  const value = context.scope.temporary()
  const missing = context.scope.temporary()
  const take = (branch: Code): string => `${branch.before} ${value} = ${branch.value}; ${missing} = ${branch.missing};`
  const either = `if (${test.value}) { ${take(then)} } else { ${take(otherwise)} }`
  const guarded = test.missing === never ? either : `if (${test.missing}) { ${value} = 0; ${missing} = true; } else ${either}`
  const always = [test, then, otherwise].every((part) => part.missing === never)
  return { before: `${test.before} let ${value}, ${missing} = false; ${guarded}`, value, missing: always ? never : missing }
}

/** Text of several parts; a missing part makes it missing (concat) or reads `missing` (format). */
function joined(call: CallExpression, context: ExpressionContext, compile: Compile, showMissing: boolean): Code {
  const args = call.args.map((arg) => ({ code: compile(arg), type: typeIn(arg, context) }))
  const before = args.map(({ code }) => code.before).join('')
  const texts = args.map(({ code, type }) => {
    const text = type === 'timestamp' ? `lib.timestampText(${code.value})` : `(${code.value})`
    return showMissing && code.missing !== never ? `((${code.missing}) ? 'missing' : ${text})` : text
  })
  const missing = showMissing ? never : anyOf(args.map(({ code }) => code.missing))
  if (missing === never) return { before, value: `('' + ${texts.join(' + ')})`, missing }
  const value = context.scope.temporary()
  const absent = context.scope.temporary()
  // The parts are only put together where all are there: a missing timestamp has no text.
  return { before: `${before} const ${absent} = ${missing}; const ${value} = ${absent} ? '' : '' + ${texts.join(' + ')};`, value, missing: absent }
}

function anyOf(missing: readonly string[]): string {
  const real = missing.filter((text) => text !== never)
  if (real.includes('true')) return 'true'
  return real.length === 0 ? never : real.length === 1 ? (real[0] as string) : `(${real.join(' || ')})`
}
