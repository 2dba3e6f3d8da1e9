import type { Expression } from './expression.ts'

export type Operator = ReadOperator | FilterOperator | MapOperator | ExplodeOperator | UnionOperator | AggregateOperator | AlertOperator

/** Records of a stream. */
export interface ReadOperator {
  readonly kind: 'read'
  readonly id: string
  readonly stream: string
}

/** Keeps the rows for which `where` is true; false and missing drop a row. */
export interface FilterOperator {
  readonly kind: 'filter'
  readonly id: string
  readonly input: string
  readonly where: Expression
}

/** A row of new columns for every row. */
export interface MapOperator {
  readonly kind: 'map'
  readonly id: string
  readonly input: string
  readonly columns: readonly NamedExpression[]
}

export interface NamedExpression {
  readonly name: string
  readonly value: Expression
}

/** One row for every element of a list column; none for an empty or missing list. */
export interface ExplodeOperator {
  readonly kind: 'explode'
  readonly id: string
  readonly input: string
  readonly column: string
}

/** Rows of several inputs of the same columns, in log order. */
export interface UnionOperator {
  readonly kind: 'union'
  readonly id: string
  readonly inputs: readonly string[]
}

/** Groups rows by key and window and folds each group. Output: key columns, window bounds, then `columns`. */
export interface AggregateOperator {
  readonly kind: 'aggregate'
  readonly id: string
  readonly input: string
  /** Empty: one group. */
  readonly key: readonly string[]
  /** null: running totals, one row a record or (`emit: 'change'`) whenever a value changes. */
  readonly window: Window | null
  readonly allowedLatenessMs: number
  /** `final`: a window's row comes once, when no record can change it any more (semantics R3). */
  readonly results: 'revised' | 'final'
  readonly emit: 'record' | 'change'
  readonly columns: readonly NamedExpression[]
}

export type Window = TumblingWindow | HoppingWindow

export interface TumblingWindow {
  readonly kind: 'tumbling'
  readonly sizeMs: number
  readonly offsetMs: number
  /** Whole days at this zone's midnight. */
  readonly zone?: string
}

/** Windows of `sizeMs`, a new one every `slideMs`; sizeMs is a multiple of slideMs. */
export interface HoppingWindow {
  readonly kind: 'hopping'
  readonly sizeMs: number
  readonly slideMs: number
  readonly offsetMs: number
}

export type Severity = 'info' | 'warning' | 'critical'

/** Episodes a key: opened by the first true, cleared by a false or by silence (semantics R4). */
export interface AlertOperator {
  readonly kind: 'alert'
  readonly id: string
  readonly input: string
  readonly key: readonly string[]
  readonly when: Expression
  readonly severity: Severity
  /** A string expression over the row. */
  readonly message: Expression
  /** An episode opens at the earliest this long after the last one of its key opened; 0: at once. */
  readonly cooldownMs: number
  /** Records: an episode clears when its key brought nothing for this long; null: only by a false. Windows: null. */
  readonly clearAfterMs: number | null
}

/** The operators whose rows an operator reads. */
export function inputsOf(operator: Operator): readonly string[] {
  switch (operator.kind) {
    case 'read':
      return []
    case 'union':
      return operator.inputs
    default:
      return [operator.input]
  }
}
