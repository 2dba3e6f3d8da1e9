import type { AggregateName } from './expression.ts'
import { type FunctionName, type FunctionNode, functions } from './functions.ts'
import type { ListType, ScalarType } from './schema.ts'

/** What an argument can be: a scalar, a list (which no function takes), or the bare missing literal. */
export type ArgumentType = ScalarType | ListType | 'null'

const width: Partial<Record<ScalarType, number>> = { int32: 1, int64: 2, float64: 3 }

export function isNumber(type: ArgumentType): boolean {
  return type === 'int32' || type === 'int64' || type === 'float64'
}

/** The one type that values of both fit into: the wider of two number types; null where there is none. */
export function commonType(a: ArgumentType, b: ArgumentType): ScalarType | 'null' | null {
  if (typeof a === 'object' || typeof b === 'object') return null
  if (a === 'null') return b
  if (b === 'null' || a === b) return a
  const widthA = width[a]
  const widthB = width[b]
  if (widthA === undefined || widthB === undefined) return null
  return widthA > widthB ? a : b
}

/** The notation of the parameter that takes argument `index`, without its `?`. */
export function parameterOf(name: FunctionName, index: number): string {
  const { params } = functions[name] as FunctionNode
  const repeats = params.at(-1) === '...'
  const last = params.length - (repeats ? 2 : 1)
  return (params[Math.min(index, last)] as string).replace('?', '')
}

/** How many arguments a function takes. */
export function arityOf(name: FunctionName): { readonly least: number; readonly most: number } {
  const { params } = functions[name] as FunctionNode
  if (params.at(-1) === '...') return { least: params.length - 1, most: Number.POSITIVE_INFINITY }
  return { least: params.filter((param) => !param.endsWith('?')).length, most: params.length }
}

/** Whether a value of the type may stand where the catalogue of functions writes `parameter`. */
export function accepts(parameter: string, type: ArgumentType): boolean {
  if (typeof type === 'object') return false
  if (parameter === 'zone' || parameter === 'digits') return type === (parameter === 'zone' ? 'string' : 'int32')
  if (type === 'null' || parameter === 'T' || parameter === 'any') return true
  if (parameter === 'number') return isNumber(type)
  if (parameter === 'int') return type === 'int32' || type === 'int64'
  if (parameter === 'ordered') return type !== 'bool'
  return parameter === type
}

/** The type of a call's result, for arguments that the function accepts. */
export function resultOf(name: FunctionName, types: readonly ArgumentType[]): ScalarType | 'null' {
  const { result } = functions[name] as FunctionNode
  if (result === 'T' || result === 'widest') return widest(name, types)
  if (result === 'arithmetic') return types.includes('float64') ? 'float64' : 'int64'
  return result as ScalarType
}

/** The common type of the arguments that stand for T or a number; 'null' where all are missing. */
function widest(name: FunctionName, types: readonly ArgumentType[]): ScalarType | 'null' {
  let type: ScalarType | 'null' = 'null'
  types.forEach((argument, index) => {
    const parameter = parameterOf(name, index)
    if (parameter === 'T' || parameter === 'number') type = commonType(type, argument) ?? type
  })
  return type
}

/** Whether a call's result can be missing, by which of its arguments can (semantics V1). */
export function resultNullable(name: FunctionName, nullable: readonly boolean[]): boolean {
  const node = functions[name] as FunctionNode
  if (name === 'isMissing' || name === 'isPresent' || name === 'format') return false
  if (name === 'coalesce') return nullable.every(Boolean)
  return node.fails === true || nullable.some(Boolean)
}

/** What an aggregate's argument may be, in the notation of the catalogue of functions. */
export const aggregateParameters: Readonly<Record<AggregateName, string>> = {
  count: 'any',
  sum: 'number',
  min: 'ordered',
  max: 'ordered',
  avg: 'number',
  first: 'any',
  last: 'any',
  variance: 'number',
  stddev: 'number',
}

/** The type of an aggregate's value; `argument` is null for `count()`. */
export function aggregateResult(name: AggregateName, argument: ArgumentType | null): ScalarType | 'null' {
  switch (name) {
    case 'count':
      return 'int64'
    case 'sum':
      return argument === 'float64' ? 'float64' : 'int64'
    case 'avg':
    case 'variance':
    case 'stddev':
      return 'float64'
    case 'min':
    case 'max':
    case 'first':
    case 'last':
      return argument === null || typeof argument === 'object' ? 'null' : argument
    default:
      return name satisfies never
  }
}
