import type { Batch, Column, Rows } from '@millrace/columns'
import type { Field, MapOperator, NamedExpression, Plan } from '@millrace/plan'
import { compileFunction } from '../code/compile.ts'
import { expressionCode } from '../code/expression.ts'
import { bindOutput, OutputColumns, storeCode } from '../code/output.ts'
import { type FailureCount, type Runtime, runtime } from '../code/runtime.ts'
import { ColumnAccess, Scope } from '../code/scope.ts'
import type { Transform } from './transform.ts'

type Compute = (
  columns: readonly Column[],
  selection: Int32Array,
  count: number,
  output: readonly Column[],
  failures: FailureCount,
  runtime: Runtime,
  constants: readonly unknown[],
) => void

/**
 * New columns for every row. Values are stored at the row's own place in the batch, so selections, times
 * and columns that pass through stay as they are.
 */
export function map(operator: MapOperator, input: readonly Field[], output: readonly Field[], params: Plan['params'], failures: FailureCount): Transform {
  const passed = operator.columns.map(({ value }) => (value.kind === 'column' ? input.findIndex((field) => field.name === value.name) : -1))
  const computed = operator.columns.filter((_, at) => passed[at] === -1)
  const computedFields = output.filter((_, at) => passed[at] === -1)
  const columns = new OutputColumns(computedFields)
  const scope = new Scope()
  const compute = computeFunction(computed, input, computedFields, params, scope)
  return (rows: Rows): Rows => {
    columns.clear(rows.batch.rows)
    compute(rows.batch.columns, rows.selection, rows.count, columns.columns, failures, runtime, scope.constants)
    let next = 0
    const joined = passed.map((at) => (at >= 0 ? rows.batch.columns[at] : columns.columns[next++]) as Column)
    const batch: Batch = { rows: rows.batch.rows, fields: output, columns: joined }
    return { ...rows, batch }
  }
}

function computeFunction(
  computed: readonly NamedExpression[],
  input: readonly Field[],
  output: readonly Field[],
  params: Plan['params'],
  scope: Scope,
): Compute {
  const columns = new ColumnAccess(input)
  const stores = computed.map(({ value }, at) => {
    const code = expressionCode(value, { scope, columns, fields: input, params, row: 'i' })
    return `{ ${storeCode(at, output[at] as Field, code, 'i')} }`
  })
  const body = `
${scope.bindConstants()}
${columns.bind('columns')}
${bindOutput(output, 'output')}
for (let x = 0; x < count; x++) {
  const i = selection[x];
  ${stores.join('\n')}
}`
  return compileFunction<Compute>('compute', ['columns', 'selection', 'count', 'output', 'F', 'lib', 'k'], body)
}
