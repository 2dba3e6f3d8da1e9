import { pathToFileURL } from 'node:url'
import type { OpenJob } from '@millrace/engine'
import { caseOf } from '../packages/oracle/test/equality/case.ts'
import { faultOf, feedingsFor } from '../packages/oracle/test/equality/check.ts'
import { rows } from '../packages/oracle/test/expressions/rows.ts'
import { engineFault } from '../packages/oracle/test/expressions/table-fault.ts'

/** Runs truth tables and random plans against the engine at a path; exits with 1 and the first fault. */
const { openJob } = (await import(pathToFileURL(process.argv[2] as string).href)) as { openJob: OpenJob }
const cases = 500
const fullCases = 64

function firstFault(): string | null {
  for (const row of rows) {
    const fault = engineFault(openJob, row)
    if (fault !== null) return `docs/expressions.md, ${fault}`
  }
  for (let seed = 1; seed <= cases; seed++) {
    process.stdout.write('.')
    const fault = faultOf(openJob, caseOf(seed), [])
    if (fault !== null) return `seed ${seed}, ${fault.text}`
  }
  for (let seed = 1; seed <= fullCases; seed++) {
    process.stdout.write('.')
    const fault = faultOf(openJob, caseOf(seed), feedingsFor(seed))
    if (fault !== null) return `seed ${seed}, ${fault.text}`
  }
  return null
}

const fault = firstFault()
console.log(fault === null ? `no fault in ${rows.length} rows of tables and ${cases} plans` : fault.slice(0, 160).replaceAll('\n', ' '))
process.exitCode = fault === null ? 0 : 1
