import { expect, it } from 'vitest'
import { type KillFigures, killRuns } from './kill-run.ts'

const firstSeed = Number(process.env['MILLRACE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

it(`a job killed at random instants gives the oracle's results and totals, once (seeds from ${firstSeed})`, { timeout: 60_000 }, async () => {
  const figures: KillFigures = { kills: 0, cases: 0, records: 0, results: 0 }
  expect(await killRuns(4, firstSeed, figures, 2000)).toBeNull()
})
