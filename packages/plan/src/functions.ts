/**
 * Every function an expression may call, with its types: the one list that the sdk's reader, the
 * validation, the engines and docs/expressions.md share.
 *
 * Parameter and result notation: a scalar type; `number` (int32, int64 or float64); `T` (any scalar,
 * the same for every T of the call; numbers of different types meet in the wider one); `any`.
 * `?` after a parameter: may be left out. `...`: one or more. Unless `missing` says otherwise, the
 * result is missing when an argument is (semantics V1).
 */
export interface FunctionNode {
  readonly params: readonly string[]
  readonly result: string
  /** propagate: missing in, missing out. own: the function has its own truth table. */
  readonly missing: 'propagate' | 'own'
  /** The result can be missing although no argument is: overflow, division by zero, out of range; it is counted. */
  readonly fails?: true
}

const f = (params: readonly string[], result: string, more: Partial<FunctionNode> = {}): FunctionNode => ({ params, result, missing: 'propagate', ...more })
const own = { missing: 'own' } as const
const fails = { fails: true } as const
const part = f(['timestamp', 'zone?'], 'int32')

export const functions = {
  eq: f(['T', 'T'], 'bool'),
  ne: f(['T', 'T'], 'bool'),
  lt: f(['ordered', 'ordered'], 'bool'),
  le: f(['ordered', 'ordered'], 'bool'),
  gt: f(['ordered', 'ordered'], 'bool'),
  ge: f(['ordered', 'ordered'], 'bool'),
  and: f(['bool', 'bool'], 'bool', own),
  or: f(['bool', 'bool'], 'bool', own),
  not: f(['bool'], 'bool'),
  isMissing: f(['any'], 'bool', own),
  isPresent: f(['any'], 'bool', own),
  coalesce: f(['T', 'T'], 'T', own),
  if: f(['bool', 'T', 'T'], 'T', own),
  // Arithmetic: int with int gives int64, anything with float64 gives float64.
  add: f(['number', 'number'], 'arithmetic', fails),
  sub: f(['number', 'number'], 'arithmetic', fails),
  mul: f(['number', 'number'], 'arithmetic', fails),
  div: f(['number', 'number'], 'float64', fails),
  mod: f(['number', 'number'], 'arithmetic', fails),
  pow: f(['number', 'number'], 'float64', fails),
  neg: f(['number'], 'arithmetic', fails),
  abs: f(['number'], 'arithmetic', fails),
  sign: f(['number'], 'int32'),
  floor: f(['number'], 'int64', fails),
  ceil: f(['number'], 'int64', fails),
  round: f(['number'], 'int64', fails),
  trunc: f(['number'], 'int64', fails),
  sqrt: f(['number'], 'float64', fails),
  cbrt: f(['number'], 'float64'),
  exp: f(['number'], 'float64', fails),
  log: f(['number'], 'float64', fails),
  log2: f(['number'], 'float64', fails),
  log10: f(['number'], 'float64', fails),
  sin: f(['number'], 'float64'),
  cos: f(['number'], 'float64'),
  tan: f(['number'], 'float64'),
  asin: f(['number'], 'float64', fails),
  acos: f(['number'], 'float64', fails),
  atan: f(['number'], 'float64'),
  atan2: f(['number', 'number'], 'float64'),
  hypot: f(['number', 'number'], 'float64', fails),
  least: f(['number', 'number', '...'], 'widest'),
  greatest: f(['number', 'number', '...'], 'widest'),
  // Strings are counted in code points.
  concat: f(['any', '...'], 'string'),
  /** As concat, but a missing part reads `missing`: the text of alerts. */
  format: f(['any', '...'], 'string', own),
  toFixed: f(['number', 'digits'], 'string'),
  length: f(['string'], 'int32'),
  startsWith: f(['string', 'string'], 'bool'),
  endsWith: f(['string', 'string'], 'bool'),
  includes: f(['string', 'string'], 'bool'),
  toLowerCase: f(['string'], 'string'),
  toUpperCase: f(['string'], 'string'),
  trim: f(['string'], 'string'),
  trimStart: f(['string'], 'string'),
  trimEnd: f(['string'], 'string'),
  /** As JavaScript's slice, by code points; a negative bound counts from the end. */
  slice: f(['string', 'int', 'int?'], 'string'),
  // Time. A zone is a literal string; UTC where it is left out.
  year: part,
  month: part,
  dayOfMonth: part,
  /** ISO 8601: Monday is 1. */
  dayOfWeek: part,
  dayOfYear: part,
  hour: part,
  minute: part,
  second: part,
  epochMs: f(['timestamp'], 'int64'),
  between: f(['timestamp', 'timestamp'], 'duration'),
  plus: f(['timestamp', 'duration'], 'timestamp', fails),
  minus: f(['timestamp', 'duration'], 'timestamp', fails),
  milliseconds: f(['duration'], 'int64'),
  seconds: f(['duration'], 'float64'),
  minutes: f(['duration'], 'float64'),
  hours: f(['duration'], 'float64'),
  days: f(['duration'], 'float64'),
} as const satisfies Record<string, FunctionNode>

export type FunctionName = keyof typeof functions
