import { openJob } from '@millrace/engine'
import { runOracle } from '../../packages/oracle/src/run.ts'
import { caseOf } from '../../packages/oracle/test/equality/case.ts'
import { faultOf, feedingsFor } from '../../packages/oracle/test/equality/check.ts'
import { failureText } from '../../packages/oracle/test/equality/failure.ts'
import { Shares } from '../../packages/oracle/test/equality/shares.ts'
import type { Proof, Proven } from './proof.ts'

/** Random plans and logs through the engine and the oracle. */
export const plans: Proof = { name: 'plans', title: 'of one soak', count: 1500, run: runPlans }

async function runPlans(count: number, firstSeed: number): Promise<Proven> {
  const shares = new Shares()
  const failures: string[] = []
  let records = 0
  let rows = 0
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const random = caseOf(seed)
    const oracle = runOracle(random.plan, random.log, random)
    shares.add(oracle)
    records += random.log.filter(({ kind }) => kind === 'record').length
    rows += Object.values(oracle.outputs).reduce((sum, { length }) => sum + length, 0)
    const fault = faultOf(openJob, random, feedingsFor(seed), oracle)
    if (fault) failures.push(failures.length < 3 ? failureText(openJob, seed, fault) : `seed ${seed}`)
  }
  const met = [...shares.counts.keys()].map((name) => [`runs with: ${name}`, `${(100 * shares.share(name)).toFixed(1)} %`] as const)
  return { lines: [['plans', count], ['records', records], ['result rows', rows], ['failures', failures.length], ...met], failures }
}
