import { runUnderKills } from '../../packages/cli/test/state/kills.ts'
import type { Proof } from './proof.ts'

const killsOfCase = 5

/** `millrace run --state`, killed at random instants and started again, until it is done. */
export const commandKills: Proof = {
  name: 'command-kills',
  title: 'runs of the command killed at random instants',
  count: 30,
  async run(kills, firstSeed) {
    const failures: string[] = []
    let cases = 0
    let killed = 0
    for (let left = kills; left > 0; left -= killsOfCase) {
      const seed = firstSeed + cases++
      const run = await runUnderKills(seed, Math.min(left, killsOfCase))
      killed += run.killed
      if (run.fault !== null) failures.push(`seed ${seed}: ${run.fault}`)
    }
    return { lines: Object.entries({ cases, killed }), failures }
  },
}
