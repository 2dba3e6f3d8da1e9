import type { AggregateOperator, AlertOperator, Operator } from '@millrace/plan'

export function hasState(operator: Operator): operator is AggregateOperator | AlertOperator {
  return operator.kind === 'aggregate' || operator.kind === 'alert'
}
