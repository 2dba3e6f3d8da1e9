import { runKills } from '../../packages/log/test/kill/run.ts'
import { type Proof, type Proven, textOf } from './proof.ts'

/** A process that appends is killed at random instants; its log is held against what was acknowledged. */
export const kills: Proof = { name: 'kills', title: 'a log whose process is killed', count: 200, run: proveKills }

async function proveKills(count: number, firstSeed: number): Promise<Proven> {
  const failures: string[] = []
  const run = await runKills(count, firstSeed).catch((error: unknown) => {
    failures.push(`seed ${firstSeed}: ${textOf(error)}`)
    return { kills: 0, acknowledged: 0, rows: 0 }
  })
  return {
    lines: [
      ['kills', run.kills],
      ['appends acknowledged', run.acknowledged],
      ['rows compared', run.rows],
      ['failures', failures.length],
    ],
    failures,
  }
}
