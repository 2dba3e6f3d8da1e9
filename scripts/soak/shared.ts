import { required, Shares } from '../../packages/oracle/test/equality/shares.ts'
import { sharedFault } from '../../packages/oracle/test/shared/check-shared.ts'
import { sharedCaseOf } from '../../packages/oracle/test/shared/random-members.ts'
import type { Proof, Proven } from './proof.ts'

/** Random jobs of one shape and logs, sharing their work, against the oracle of each. */
export const shared: Proof = { name: 'shared', title: 'of jobs that share their work', count: 3000, run: runShared }

async function runShared(count: number, firstSeed: number): Promise<Proven> {
  const shares = new Shares()
  const failures: string[] = []
  let members = 0
  let records = 0
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const random = sharedCaseOf(seed)
    members += random.members.length
    records += random.log.filter(({ kind }) => kind === 'record').length
    const fault = sharedFault(random, seed, shares)
    if (fault !== null) failures.push(`seed ${seed}: ${fault}`)
  }
  const met = required.map((name) => [`members with: ${name}`, `${(100 * shares.share(name)).toFixed(1)} %`] as const)
  return { lines: [['shared jobs', count], ['members', members], ['records', records], ['failures', failures.length], ...met], failures }
}
