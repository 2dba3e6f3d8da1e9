import type { OpenLog } from '@millrace/log'
import { Random } from '@millrace/log/testing'
import { checkDamage, everyDamage } from './damage.ts'
import { makeSmallLog } from './small-log.ts'

export interface DamageRun {
  readonly logs: number
  readonly bytes: number
  readonly damages: number
  /** Of the damages: those that took rows. */
  readonly withMissingRows: number
  readonly failures: readonly { readonly seed: number; readonly error: unknown }[]
}

/** Small logs from a seed on, each with every prefix and every flipped byte of every file (`step` 1), or a random part of them. */
export async function runDamages(openLog: OpenLog, logs: number, firstSeed: number, step = 1): Promise<DamageRun> {
  const run = { logs, bytes: 0, damages: 0, withMissingRows: 0, failures: [] as { seed: number; error: unknown }[] }
  for (let seed = firstSeed; seed < firstSeed + logs && run.failures.length < 10; seed++) {
    const random = new Random(seed)
    const small = await makeSmallLog(openLog, random)
    for (const { length } of small.files.values()) run.bytes += length
    for (const damage of everyDamage(small, random, step)) {
      run.damages++
      try {
        if ((await checkDamage(openLog, small, damage)) > 0) run.withMissingRows++
      } catch (error) {
        run.failures.push({ seed, error: new Error(`${damage.kind} ${damage.path} at ${damage.at}: ${error instanceof Error ? error.stack : error}`) })
      }
    }
  }
  return run
}
