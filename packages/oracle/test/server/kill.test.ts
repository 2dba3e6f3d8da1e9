import { expect, it } from 'vitest'
import { killServers, noFigures } from './kill-run.ts'

const firstSeed = Number(process.env['MILLRACE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

it(`a server killed under load keeps what it acknowledged, once, and gives the oracle's results (seeds from ${firstSeed})`, { timeout: 120_000 }, async () => {
  expect(await killServers(2, firstSeed, noFigures(), 'short')).toBeNull()
})
