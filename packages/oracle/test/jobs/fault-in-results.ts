import type { OracleResult } from '../../src/run.ts'
import { difference } from '../equality/difference.ts'
import type { LoggedResults } from './read-log.ts'

/** The first difference between results in a log and the oracle's, in words; null: there is none. */
export function faultInResults(results: LoggedResults, oracle: OracleResult): string | null {
  for (const [name, rows] of Object.entries(oracle.outputs)) {
    const fault = difference(`output ${name}`, results.outputs[name] ?? [], rows)
    if (fault !== null) return fault
  }
  for (const [id, rows] of Object.entries(oracle.late)) {
    const fault = difference(`late rows of ${id}`, results.late[id] ?? [], rows)
    if (fault !== null) return fault
  }
  return null
}
