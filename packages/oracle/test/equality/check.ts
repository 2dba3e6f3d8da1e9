import type { JobStats, OpenJob } from '@millrace/engine'
import { type OracleResult, runOracle } from '../../src/run.ts'
import { type EngineResult, type Feeding, runEngine } from '../engine/run-engine.ts'
import type { Case } from './case.ts'
import { difference } from './difference.ts'

/** Ways to feed a log that must not show in the results; the first is compared with the oracle. */
const feedings = {
  'batches of 4096': { batchRows: 4096, builders: 'kept' },
  'batches of 7': { batchRows: 7, builders: 'kept' },
  'batches with gaps': { batchRows: 4096, builders: 'kept', gaps: true },
  'batches of 1': { batchRows: 1, builders: 'fresh' },
  'batches of 3 with gaps, within larger ones': { batchRows: 3, builders: 'fresh', padding: 2, gaps: true },
  'batches of 3, within larger ones': { batchRows: 3, builders: 'fresh', padding: 2 },
  'a budget of 1 row': { batchRows: 4096, builders: 'kept', budgetRows: 1 },
  'a budget of 3 rows': { batchRows: 7, builders: 'fresh', budgetRows: 3 },
  'a restart after every 7 records': { batchRows: 7, builders: 'kept', restarts: true },
  'an upgrade after every 7 records': { batchRows: 7, builders: 'kept', restarts: true, upgrades: true },
  'restarts as 1, 2, 4, 1, 3 parts': { batchRows: 7, builders: 'kept', restarts: true, parts: [1, 2, 4, 1, 3] },
  'a restart after every record': { batchRows: 1, builders: 'fresh', restarts: true, budgetRows: 2 },
} as const satisfies Readonly<Record<string, Feeding>>

export type FeedingName = keyof typeof feedings

export interface Fault {
  readonly feeding: FeedingName
  readonly text: string
}

/** All ways for every eighth case, else the first four and one of the others: restarts are slow. */
export function feedingsFor(seed: number): readonly FeedingName[] {
  const names = Object.keys(feedings) as FeedingName[]
  return seed % 8 === 0 ? names : [...names.slice(0, 4), names[4 + (seed % (names.length - 4))] as FeedingName]
}

/** What is wrong with an engine's results for a case; null: they are the oracle's, in whichever of the ways the log is fed. */
export function faultOf(
  openJob: OpenJob,
  { plan, log, params }: Case,
  names: readonly FeedingName[],
  oracle: OracleResult = runOracle(plan, log, { params }),
): Fault | null {
  const first: FeedingName = 'batches of 4096'
  let reference: EngineResult | null = null
  for (const feeding of new Set<FeedingName>([first, ...names])) {
    try {
      const result = runEngine(openJob, plan, log, feedings[feeding], params)
      const text = reference === null ? faultAgainst(result, oracle) : textOf(result) === textOf(reference) ? null : firstDifference(result, reference)
      if (text !== null) return { feeding, text: `${feeding}: ${text}` }
      reference ??= result
    } catch (error) {
      return { feeding, text: `${feeding}: ${error instanceof Error ? (error.stack ?? error.message) : error}` }
    }
  }
  return null
}

function faultAgainst(engine: EngineResult, oracle: OracleResult): string | null {
  for (const [name, rows] of Object.entries(oracle.outputs)) {
    const fault = difference(`output ${name}`, engine.outputs[name] ?? [], rows)
    if (fault !== null) return fault
  }
  for (const [id, rows] of Object.entries(oracle.late)) {
    const fault = difference(`late rows of ${id}`, engine.late[id] ?? [], rows)
    if (fault !== null) return fault
  }
  if (engine.untimely.length > 0) return `ticks that were said not to matter did: ${engine.untimely.join(', ')}`
  return statsFault(engine, oracle)
}

/** Counts that both keep must be the same. */
export function statsFault({ stats }: { readonly stats: Pick<JobStats, 'windows' | 'alerts'> }, oracle: OracleResult): string | null {
  for (const [id, counts] of [...Object.entries(oracle.stats.windows), ...Object.entries(oracle.stats.alerts)]) {
    const found: Readonly<Record<string, number>> = { ...stats.windows[id], ...stats.alerts[id] }
    for (const [name, count] of Object.entries(counts)) {
      if (name in found && found[name] !== count) return `stats of ${id}: ${name} is ${found[name]}, of the oracle ${count}`
    }
  }
  return null
}

export const textOf = ({ outputs, late, stats }: EngineResult): string => JSON.stringify({ outputs, late, windows: stats.windows, alerts: stats.alerts })

export function firstDifference(one: EngineResult, other: EngineResult): string {
  for (const kind of ['outputs', 'late'] as const) {
    for (const [name, rows] of Object.entries(other[kind])) {
      const found = one[kind][name] ?? []
      const at = rows.findIndex((row, index) => JSON.stringify(row) !== JSON.stringify(found[index]))
      const place = at < 0 && found.length > rows.length ? rows.length : at
      if (place >= 0) return `${name}, row ${place}:\n  ${JSON.stringify(found[place])}\n  instead of ${JSON.stringify(rows[place])}`
    }
  }
  return `stats differ: ${JSON.stringify(one.stats)} instead of ${JSON.stringify(other.stats)}`
}
