import type { OpenJob } from '@millrace/engine'
import { type EngineResult, type Feeding, runEngine } from '../engine/run-engine.ts'
import type { Case } from './case.ts'
import { firstDifference, textOf } from './check.ts'

/** Ways to spread a job over parts that must not show in the results. */
const feedings = {
  '2 parts': { parts: [2], batchRows: 4096, builders: 'kept', gaps: true },
  '3 parts, batches of 7': { parts: [3], batchRows: 7, builders: 'fresh' },
  '4 parts, a budget of 1 row': { parts: [4], batchRows: 4096, builders: 'fresh', budgetRows: 1 },
  'restarts as 2, 3, 1 and 4 parts': { parts: [2, 3, 1, 4], restarts: true, batchRows: 30, builders: 'fresh', gaps: true },
} as const satisfies Readonly<Record<string, Feeding>>

export type PartsFeeding = keyof typeof feedings

export const everyWay = Object.keys(feedings) as readonly PartsFeeding[]

/** What is wrong with a case that was spread; null: all ways give the rows of one job, in its order. `openPart` opens the parts. */
export function partsFault(openJob: OpenJob, { plan, log, params }: Case, ways = everyWay, openPart = openJob): string | null {
  const whole = runEngine(openJob, plan, log, { batchRows: 4096, builders: 'kept' }, params)
  for (const name of ways) {
    const result = runEngine(openPart, plan, log, feedings[name], params)
    if (allOf(result) !== allOf(whole)) return `${name}: ${firstDifference(result, whole)}`
  }
  return null
}

const allOf = (result: EngineResult): string => `${textOf(result)} ${JSON.stringify([result.stats.records, result.stats.outputs, result.stats.failures])}`
