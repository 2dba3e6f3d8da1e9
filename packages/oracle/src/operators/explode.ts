import type { ExplodeOperator } from '@millrace/plan'
import { type OperatorRun, untimed } from '../operator-run.ts'
import type { Row } from '../row.ts'
import type { Value, Values } from '../value.ts'

/** One row for every element of a list column, numbered through all that one record gives. */
export function explode({ column }: ExplodeOperator): OperatorRun {
  return untimed(([rows = []]) => rows.flatMap((row) => elements(row, column)).map((row, element) => ({ ...row, element })))
}

function elements(row: Row, column: string): Row[] {
  const { [column]: list, ...others } = row.values
  const all = Array.isArray(list) ? (list as readonly Value[]) : []
  return all.map((element) => ({ ...row, values: { ...others, ...elementValues(element, column) } }))
}

/** Elements that are records give a column each, plain ones stand under the list's own name. */
function elementValues(element: Value, column: string): Values {
  if (element === null || typeof element !== 'object') return { [column]: element }
  return Object.fromEntries(Object.entries(element).map(([name, value]) => [`${column}.${name}`, value]))
}
