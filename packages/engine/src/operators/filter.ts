import type { Column, Rows } from '@millrace/columns'
import type { Field, FilterOperator, Plan } from '@millrace/plan'
import { compileFunction } from '../code/compile.ts'
import { expressionCode } from '../code/expression.ts'
import { membersIn } from '../code/member-params.ts'
import { type FailureCount, type Runtime, runtime } from '../code/runtime.ts'
import { ColumnAccess, never, Scope } from '../code/scope.ts'
import type { Transform } from './transform.ts'

type Select = (
  columns: readonly Column[],
  selection: Int32Array,
  count: number,
  kept: Int32Array,
  failures: FailureCount,
  runtime: Runtime,
  constants: readonly unknown[],
) => number

/** Keeps the rows for which the condition is true: a shorter selection over the same batch. */
export function filter(operator: FilterOperator, fields: readonly Field[], params: Plan['params'], failures: FailureCount): Transform {
  const route = membersIn(params)?.route(operator, fields, params, failures)
  if (route !== undefined) return route
  const scope = new Scope()
  const select = selectFunction(operator, fields, params, scope)
  let kept = new Int32Array(0)
  return (rows: Rows): Rows => {
    if (kept.length < rows.count) kept = new Int32Array(rows.count)
    const count = select(rows.batch.columns, rows.selection, rows.count, kept, failures, runtime, scope.constants)
    return { ...rows, selection: kept, count }
  }
}

/** Every row is written to the next place, which only moves on for rows that are kept: no branch to mispredict. */
function selectFunction(operator: FilterOperator, fields: readonly Field[], params: Plan['params'], scope: Scope): Select {
  const columns = new ColumnAccess(fields)
  const code = expressionCode(operator.where, { scope, columns, fields, params, row: 'i' })
  const holds = code.missing === never ? code.value : `!(${code.missing}) && ${code.value}`
  const body = `
${scope.bindConstants()}
${columns.bind('columns')}
let n = 0;
for (let x = 0; x < count; x++) {
  const i = selection[x];
  ${code.before}
  kept[n] = i;
  n += (${holds}) ? 1 : 0;
}
return n;`
  return compileFunction<Select>('select', ['columns', 'selection', 'count', 'kept', 'F', 'lib', 'k'], body)
}
