import type { Expression } from './expression.ts'
import type { Window } from './operator.ts'
import type { Plan } from './plan.ts'
import type { Field, ListType, ScalarType, Schema } from './schema.ts'

/** The type of an expression's value; `null` is the type of a bare missing literal. */
export interface ValueType {
  readonly type: ScalarType | ListType | 'null'
  readonly nullable: boolean
}

/** What the rows of an operator are. */
export interface Relation {
  readonly fields: readonly Field[]
  /** The key columns of the aggregate that made the rows, while they are still among the fields; else empty. */
  readonly key: readonly string[]
  /** The window of the aggregate that made the rows; null: records or running totals. */
  readonly window: Window | null
  /** A row may be revised later: an aggregate with allowed lateness made it. */
  readonly revised: boolean
  readonly allowedLatenessMs: number
  /** The streams that the rows come from. */
  readonly streams: readonly string[]
}

export interface ExpressionScope {
  readonly fields: readonly Field[]
  readonly params: Plan['params']
}

/** The schema's leaves as flat fields, in order: `sensor.id`, `measurements` (a list). */
export declare function flatFields(schema: Schema): readonly Field[]

/** The type of an expression of a valid plan. */
export declare function typeOf(expression: Expression, scope: ExpressionScope): ValueType

/** The relation of every operator of a valid plan, by operator id. */
export declare function relations(plan: Plan): ReadonlyMap<string, Relation>
