import { openLog } from '@millrace/log'
import { runDamages } from '../../packages/log/test/damage/run.ts'
import { type Proof, type Proven, textOf } from './proof.ts'

/** Small logs, each opened with every prefix and every flipped byte of every file. */
export const damage: Proof = { name: 'damage', title: 'torn and flipped logs', count: 1, run: runDamage }

async function runDamage(count: number, firstSeed: number): Promise<Proven> {
  const { logs, bytes, damages, withMissingRows, failures } = await runDamages(openLog, count, firstSeed)
  return {
    lines: [
      ['logs', logs],
      ['bytes of their files', bytes],
      ['damages', damages],
      ['of them with rows lost, and named', withMissingRows],
      ['failures', failures.length],
    ],
    failures: failures.map(({ seed, error }) => `seed ${seed}: ${textOf(error)}`),
  }
}
