import type { FunctionName, ScalarType } from '@millrace/plan'

export interface Members {
  readonly properties: Readonly<Record<string, FunctionName>>
  /** By name; the function's first argument is the value itself. */
  readonly methods: Readonly<Record<string, FunctionName>>
}

const none: Members = { properties: {}, methods: {} }
const number: Members = { properties: {}, methods: { toFixed: 'toFixed' } }
const byName = (...names: FunctionName[]): Record<string, FunctionName> => Object.fromEntries(names.map((name) => [name, name]))

/** What can be asked of a value, by its type. */
export const membersOf: Readonly<Record<ScalarType, Members>> = {
  bool: none,
  int32: number,
  int64: number,
  float64: number,
  string: {
    properties: byName('length'),
    methods: byName('startsWith', 'endsWith', 'includes', 'toLowerCase', 'toUpperCase', 'trim', 'trimStart', 'trimEnd', 'slice', 'concat'),
  },
  timestamp: {
    properties: byName('epochMs'),
    methods: byName('year', 'month', 'dayOfMonth', 'dayOfWeek', 'dayOfYear', 'hour', 'minute', 'second', 'plus', 'minus'),
  },
  duration: { properties: byName('milliseconds', 'seconds', 'minutes', 'hours', 'days'), methods: {} },
}

const all = Object.values(membersOf)
/** Of a value whose type is not known, because something before it was refused. */
export const anyMembers: Members = {
  properties: Object.assign({}, ...all.map(({ properties }) => properties)),
  methods: Object.assign({}, ...all.map(({ methods }) => methods)),
}

/** `Math` as expressions know it. */
export const mathFunctions: Readonly<Record<string, FunctionName>> = {
  ...byName('abs', 'sign', 'floor', 'ceil', 'round', 'trunc', 'sqrt', 'cbrt', 'exp', 'log', 'log2', 'log10', 'pow', 'hypot'),
  ...byName('sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2'),
  min: 'least',
  max: 'greatest',
}

export const mathConstants: Readonly<Record<string, number>> = {
  PI: Math.PI,
  E: Math.E,
  LN2: Math.LN2,
  LN10: Math.LN10,
  LOG2E: Math.LOG2E,
  LOG10E: Math.LOG10E,
  SQRT2: Math.SQRT2,
  SQRT1_2: Math.SQRT1_2,
}

export const aggregateNames = ['count', 'countIf', 'sum', 'min', 'max', 'avg', 'first', 'last', 'variance', 'stddev'] as const
export type AggregateMember = (typeof aggregateNames)[number]
