import { openLog } from '@millrace/log'
import { runSchedules } from '../../packages/log/test/power-loss/run.ts'
import { type Proof, type Proven, textOf } from './proof.ts'

/** Random schedules of a log over a disk that loses what no sync covers. */
export const powerLoss: Proof = { name: 'power-loss', title: 'a log that loses power', count: 10_000, run: runPowerLoss }

async function runPowerLoss(count: number, firstSeed: number): Promise<Proven> {
  const { schedules, figures, failures } = await runSchedules(count, firstSeed, { openLog })
  return {
    lines: [
      ['schedules', schedules],
      ['losses of power', figures.powerLosses],
      ['losses of the process', figures.processLosses],
      ['failures of the disk', figures.failures],
      ['file calls', figures.operations],
      ['appends that were there', figures.acknowledged],
      ['rows compared', figures.rows],
      ['failures', failures.length],
    ],
    failures: failures.map(({ seed, error }) => `seed ${seed}: ${textOf(error)}`),
  }
}
