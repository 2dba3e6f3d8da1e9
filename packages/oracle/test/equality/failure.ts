import type { OpenJob } from '@millrace/engine'
import { type Case, caseOf, shrink } from './case.ts'
import { type Fault, faultOf } from './check.ts'

/** What went wrong with a seed, on the smallest case that still shows a fault. */
export function failureText(openJob: OpenJob, seed: number, fault: Fault): string {
  const faultIn = (smaller: Case): Fault | null => faultOf(openJob, smaller, [fault.feeding])
  const small = shrink(caseOf(seed), (smaller) => faultIn(smaller) !== null)
  return [`seed ${seed}: ${fault.text}`, `smallest: ${faultIn(small)?.text}`, planText(small), ...small.log.map((entry) => JSON.stringify(entry))].join('\n')
}

function planText({ plan, params }: Case): string {
  const streams = Object.entries(plan.streams).map(([name, { schema: _, ...node }]) => `${name}: ${JSON.stringify(node)}`)
  const operators = plan.operators.map((operator) => JSON.stringify(operator))
  return [...streams, ...operators, JSON.stringify(plan.outputs), JSON.stringify(params)].join('\n')
}
