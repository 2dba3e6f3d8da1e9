import { runKills } from '../../packages/history/test/kill/run.ts'
import { type Proof, type Proven, textOf } from './proof.ts'

/** A process that writes its history is killed at random instants; every row of the log must be in exactly one file. */
export const historyKills: Proof = { name: 'history-kills', title: 'a history whose process is killed', count: 100, run: proveKills }

async function proveKills(count: number, firstSeed: number): Promise<Proven> {
  const failures: string[] = []
  const run = await runKills(count, firstSeed).catch((error: unknown) => {
    failures.push(`seed ${firstSeed}: ${textOf(error)}`)
    return { kills: 0, rows: 0 }
  })
  const lines = [
    ['kills', run.kills],
    ['rows in files, each once', run.rows],
    ['failures', failures.length],
  ] as const
  return { lines, failures }
}
