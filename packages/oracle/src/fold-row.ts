import { type AggregateExpression, type AggregateOperator, type Expression, typeOf, type Window } from '@millrace/plan'
import { type Evaluation, evaluationOf, type Meaning } from './expression.ts'
import { type Folded, fold } from './fold.ts'
import type { Row } from './row.ts'
import type { Value, Values } from './value.ts'

/** The columns of an aggregate and how far floats in them may be off. */
export interface GroupValues {
  readonly values: Values
  readonly slack: number
}

/** How the rows of one group become the values of its columns. */
export type FoldRows = (rows: readonly Row[], key: Values) => GroupValues

interface AggregateReader {
  readonly expression: AggregateExpression
  readonly whole: boolean
  readonly argument: Evaluation | null
  readonly where: Evaluation | null
}

/** Two engines' float aggregates agree within this share of the sum of absolute values (semantics V4). */
const agreement = 1e-9

export function foldRowsOf(operator: AggregateOperator, meaning: Meaning): FoldRows {
  const readers = operator.columns.flatMap(({ value }) => aggregatesIn(value)).map((expression) => readerOf(expression, meaning))
  const columns = operator.columns.map(({ name, value }) => ({ name, evaluate: evaluationOf(value, meaning) }))
  return (rows, key) => {
    const results = readers.map((reader) => ({ expression: reader.expression, ...foldOne(reader, rows, operator.window) }))
    meaning.failures.count += results.filter(({ value }) => value === undefined).length
    const folded = new Map<Expression, Value>(results.map(({ expression, value }) => [expression, value ?? null]))
    return {
      values: Object.fromEntries(columns.map(({ name, evaluate }) => [name, evaluate(key, folded)])),
      slack: results.reduce((sum, { magnitude }) => sum + magnitude * agreement, 0) + rows.reduce((sum, { slack }) => sum + slack, 0),
    }
  }
}

function foldOne({ expression, argument, where, whole }: AggregateReader, rows: readonly Row[], window: Window | null) {
  const kept = rows.filter(({ values }) => where === null || where(values) === true)
  const folded = kept.map(
    ({ values, time }): Folded => ({ value: argument === null ? true : argument(values), time, slice: window === null ? 0 : sliceOf(window, time) }),
  )
  return fold(
    expression,
    folded.filter(({ value }) => value !== null),
    whole,
  )
}

/** Hopping windows are made of slices as long as the slide; a tumbling window is one slice. */
export function sliceOf(window: Window, time: number): number {
  return window.kind === 'hopping' ? Math.floor((time - window.offsetMs) / window.slideMs) : 0
}

function aggregatesIn(expression: Expression): readonly AggregateExpression[] {
  if (expression.kind === 'aggregate') return [expression]
  return expression.kind === 'call' ? expression.args.flatMap(aggregatesIn) : []
}

function readerOf(expression: AggregateExpression, meaning: Meaning): AggregateReader {
  const { arg, where } = expression
  return {
    expression,
    whole: arg !== undefined && typeOf(arg, meaning).type !== 'float64',
    argument: arg === undefined ? null : evaluationOf(arg, meaning),
    where: where === undefined ? null : evaluationOf(where, meaning),
  }
}
