import type { OpenJob } from '@millrace/engine'
import type { Expression } from '@millrace/plan'
import { engineResult } from './engine-result.ts'
import type { Literal } from './literals.ts'
import { fieldsOf, type TableRow, valuesOf } from './rows.ts'

/** What an engine has otherwise than a row of the truth tables, in words; null: nothing. */
export function engineFault(openJob: OpenJob, row: TableRow): string | null {
  const expected = { values: row.results.map(({ expected: { value } }) => value), failures: row.results.filter(({ expected: { counted } }) => counted).length }
  const expressions = row.results.map(({ expression }) => expression)
  // Once with the inputs as columns, once as constants of the plan.
  const constants = new Map(row.inputs.filter(isConstant).map(({ name, constant }) => [name, constant]))
  for (const tried of [expressions, expressions.map((expression) => withConstants(expression, constants))]) {
    const found = engineResult(openJob, fieldsOf(row), valuesOf(row), tried)
    if (JSON.stringify(found) !== JSON.stringify(expected)) return `line ${row.line}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`
  }
  return null
}

/** A whole float64 cannot be written as a constant: it would be an integer. */
function isConstant({ constant, type }: TableRow['inputs'][number]): boolean {
  return constant !== null && (type !== 'float64' || !Number.isInteger(constant))
}

function withConstants(expression: Expression, constants: ReadonlyMap<string, Literal['constant']>): Expression {
  if (expression.kind === 'call') return { ...expression, args: expression.args.map((arg) => withConstants(arg, constants)) }
  const constant = expression.kind === 'column' ? constants.get(expression.name) : undefined
  return constant === undefined ? expression : { kind: 'literal', value: constant }
}
