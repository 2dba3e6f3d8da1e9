import type { Plan } from '@millrace/plan'

/** A shared plan with outputs by which its operators are counted, where the plan shows them in none. */
export interface WatchedPlan {
  readonly plan: Plan
  /** By operator: the output that is counted. */
  readonly windows: ReadonlyMap<string, string>
  readonly alerts: ReadonlyMap<string, string>
}

/** Outputs that members do not see begin so; no plan's own does. */
const hiddenMark = '_'

export function isHidden(output: string): boolean {
  return output.startsWith(hiddenMark)
}

export function watched(plan: Plan): WatchedPlan {
  const outputs: Record<string, string> = { ...plan.outputs }
  const outputOf = (id: string): string => {
    const shown = Object.entries(plan.outputs).find(([, operator]) => operator === id)?.[0]
    if (shown === undefined) outputs[hiddenMark + id] = id
    return shown ?? hiddenMark + id
  }
  const windows = new Map<string, string>()
  const alerts = new Map<string, string>()
  for (const operator of plan.operators) {
    if (operator.kind === 'aggregate' && operator.window !== null) windows.set(operator.id, outputOf(operator.id))
    if (operator.kind === 'alert') alerts.set(operator.id, outputOf(operator.id))
  }
  return { plan: { ...plan, outputs }, windows, alerts }
}
