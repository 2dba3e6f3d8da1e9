import type { FunctionName } from './functions.ts'

/** A constant of a plan. Durations and timestamps are whole milliseconds. */
export type Constant = number | string | boolean | { readonly durationMs: number } | { readonly timestampMs: number }

export type Expression = ColumnExpression | ParamExpression | LiteralExpression | CallExpression | AggregateExpression

export interface ColumnExpression {
  readonly kind: 'column'
  /** Flat name: `alarm_id`, `sensor.id`. */
  readonly name: string
}

export interface ParamExpression {
  readonly kind: 'param'
  readonly name: string
}

export interface LiteralExpression {
  readonly kind: 'literal'
  /** null is the missing value. A whole number is int32 where it fits, else int64; others are float64. */
  readonly value: Constant | null
}

export interface CallExpression {
  readonly kind: 'call'
  readonly name: FunctionName
  readonly args: readonly Expression[]
}

export type AggregateName = 'count' | 'sum' | 'min' | 'max' | 'avg' | 'first' | 'last' | 'variance' | 'stddev'

/** Only inside the columns of an aggregate operator; its argument and `where` see the input's row. */
export interface AggregateExpression {
  readonly kind: 'aggregate'
  readonly name: AggregateName
  /** Absent only for `count()`, which counts rows; `count(x)` counts where x is present. */
  readonly arg?: Expression
  /** Only rows where this is true are folded. */
  readonly where?: Expression
}
