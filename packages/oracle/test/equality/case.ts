import { inputsOf, type Plan } from '@millrace/plan'
import type { LogEntry } from '../../src/log.ts'
import { Draw } from '../random/draw.ts'
import { randomLog } from '../random/logs.ts'
import { randomPlan } from '../random/plans.ts'

/** A plan and a log to run it on. */
export interface Case {
  readonly plan: Plan
  readonly log: readonly LogEntry[]
  /** Values given at the start of the job. */
  readonly params: Plan['params']
}

/** The case that follows from a seed. */
export function caseOf(seed: number): Case {
  const draw = new Draw(seed)
  const { plan, world } = randomPlan(draw.fork())
  const log = randomLog(draw.fork(), plan, world)
  return { plan, log, params: draw.chance(0.3) ? { limit: draw.whole(0, 4), word: 'b' } : {} }
}

/** The smallest case found that still fails: fewer entries, then fewer outputs and operators. */
export function shrink(whole: Case, fails: (smaller: Case) => boolean): Case {
  let found = shrinkLog(whole, fails)
  for (const name of Object.keys(found.plan.outputs)) {
    const plan = withoutOutput(found.plan, name)
    if (plan !== null && fails({ ...found, plan })) found = { ...found, plan }
  }
  return shrinkLog(found, fails)
}

function shrinkLog(whole: Case, fails: (smaller: Case) => boolean): Case {
  let { log } = whole
  for (let chunk = Math.ceil(log.length / 2); chunk >= 1; chunk = chunk === 1 ? 0 : Math.ceil(chunk / 2)) {
    for (let from = 0; from < log.length; ) {
      const shorter = [...log.slice(0, from), ...log.slice(from + chunk)]
      if (fails({ ...whole, log: shorter })) log = shorter
      else from += chunk
    }
  }
  return { ...whole, log }
}

/** The plan without an output, and without what only that output reads; null where nothing would be left. */
function withoutOutput(plan: Plan, name: string): Plan | null {
  const { [name]: _, ...outputs } = plan.outputs
  if (Object.keys(outputs).length === 0) return null
  const used = new Set(Object.values(outputs))
  for (const operator of plan.operators.toReversed()) if (used.has(operator.id)) for (const id of inputsOf(operator)) used.add(id)
  const operators = plan.operators.filter(({ id }) => used.has(id))
  const streams = new Set(operators.flatMap((operator) => (operator.kind === 'read' ? [operator.stream] : [])))
  if (Object.keys(plan.streams).some((stream) => !streams.has(stream))) return null
  return { ...plan, operators, outputs }
}
