import { openJob } from '@millrace/engine'
import { runOracle } from '../packages/oracle/src/run.ts'
import { caseOf } from '../packages/oracle/test/equality/case.ts'
import { faultOf, feedingsFor } from '../packages/oracle/test/equality/check.ts'
import { failureText } from '../packages/oracle/test/equality/failure.ts'
import { Shares } from '../packages/oracle/test/equality/shares.ts'

/**
 * `npm run soak [-- PLANS [FIRST_SEED]]`: many random plans and logs through the engine and the oracle.
 * Prints the table of docs/proof.md; exits with 1 where one differs.
 */
const plans = Number(process.argv[2] ?? 3000)
const firstSeed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31))
const shares = new Shares()
const failures: number[] = []
let records = 0
let rows = 0

console.log(`seeds ${firstSeed} to ${firstSeed + plans - 1}`)
for (let seed = firstSeed; seed < firstSeed + plans; seed++) {
  const random = caseOf(seed)
  const oracle = runOracle(random.plan, random.log, random)
  shares.add(oracle)
  records += random.log.filter(({ kind }) => kind === 'record').length
  rows += Object.values(oracle.outputs).reduce((sum, { length }) => sum + length, 0)
  const fault = faultOf(openJob, random, feedingsFor(seed), oracle)
  if (fault === null) continue
  failures.push(seed)
  if (failures.length <= 3) console.log(failureText(openJob, seed, fault))
}

const lines: readonly (readonly [string, string | number])[] = [
  ['plans', plans],
  ['records', records],
  ['result rows', rows],
  ['failures', failures.length],
  ...[...shares.counts.keys()].map((name) => [`runs with: ${name}`, `${(100 * shares.share(name)).toFixed(1)} %`] as const),
]
console.log(['| of one soak | |', '| --- | ---: |', ...lines.map(([name, value]) => `| ${name} | ${value.toLocaleString('en')} |`)].join('\n'))
if (failures.length > 0) {
  console.log(`failing seeds: ${failures.join(' ')}`)
  process.exitCode = 1
}
