import { type KillFigures, killRuns } from '../../packages/oracle/test/jobs/kill/kill-run.ts'
import type { Proof } from './proof.ts'

/** Processes that append and run a job, killed at random instants. */
export const jobKills: Proof = {
  name: 'job-kills',
  title: 'jobs killed at random instants',
  count: 200,
  async run(kills, firstSeed) {
    const figures: KillFigures = { kills: 0, cases: 0, records: 0, results: 0 }
    const fault = await killRuns(kills, firstSeed, figures)
    return { lines: [...Object.entries(figures), ['failures', fault === null ? 0 : 1]], failures: fault === null ? [] : [fault] }
  },
}
