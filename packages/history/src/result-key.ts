import { type Plan, relations } from '@millrace/plan'
import type { ResultKey } from './followed.ts'

/** What the ids of an output's rows are made of. An alert's episodes are told apart by its key, also over records, which have none. */
export function resultKey(plan: Plan, output: string): ResultKey {
  const id = plan.outputs[output] as string
  const operator = plan.operators.find((found) => found.id === id)
  return { app: plan.name, output, key: operator?.kind === 'alert' ? operator.key : (relations(plan).get(id)?.key ?? []) }
}
