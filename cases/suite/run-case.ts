import type { Rows } from '@millrace/columns'
import { type OpenJob, openJob } from '@millrace/engine'
import { ResultIds } from '@millrace/formats'
import { type Plan, relations } from '@millrace/plan'
import { type EngineResult, type Feeding, runEngine } from '../../packages/oracle/test/engine/run-engine.ts'
import type { Case } from './case.ts'
import { tenant } from './result-id.ts'
import { instant } from './row-text.ts'

export interface CaseRun extends EngineResult {
  /** Ids by output, one a row, as the product's edge makes them. */
  readonly ids: Readonly<Record<string, readonly string[]>>
}

/** Runs a case through the engine. */
export function runCase({ plan, log, params }: Case, feeding: Feeding): CaseRun {
  const ids: Record<string, string[]> = {}
  const sources: Record<string, ResultIds> = {}
  for (const output of Object.keys(plan.outputs)) {
    ids[output] = []
    sources[output] = idsOf(plan, output)
  }
  const note = (output: string, rows: Rows): void => {
    sources[output]?.open(rows)
    for (const row of rows.selection.subarray(0, rows.count)) ids[output]?.push(sources[output]?.id(row) ?? '')
  }
  return { ...runEngine(noting(note), plan, log.entries, feeding, params), ids }
}

function idsOf(plan: Plan, output: string): ResultIds {
  const relation = relations(plan).get(plan.outputs[output] as string)
  return new ResultIds({ tenant, app: plan.name, output, key: relation?.key ?? [] })
}

/** Jobs whose rows are seen before the sink has them. */
function noting(note: (output: string, rows: Rows) => void): OpenJob {
  return (plan, options) => {
    const { sink } = options
    const rows = (output: string, given: Rows): void => {
      note(output, given)
      sink.rows(output, given)
    }
    return openJob(plan, { ...options, sink: { rows, late: (operator, given, watermark) => sink.late(operator, given, watermark) } })
  }
}

/** What is counted; a count of nothing is left out. */
export function countsText({ log }: Case, { stats }: EngineResult): string {
  const { records, watermarkMs, outputs, windows, alerts, failures, keys } = stats
  const watermarks = Object.fromEntries(Object.entries(watermarkMs).map(([stream, ms]) => [stream, ms === null ? null : instant(ms)]))
  const counts = { records, deadLetters: log.deadLetters.length, watermarks, outputs, windows, alerts, failures, keys }
  return `${JSON.stringify(withoutNothing(counts), null, 2)}\n`
}

function withoutNothing(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const inner = Object.entries(value).map(([name, part]) => [name, withoutNothing(part)] as const)
  return Object.fromEntries(inner.filter(([, part]) => part !== 0 && !isEmpty(part)))
}

const isEmpty = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0
