import { expect, test } from 'vitest'
import { runUnderKills } from './kills.ts'

const firstSeed = Number(process.env['MILLRACE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

test.each([firstSeed, firstSeed + 1])('killed at random instants, the same command comes to the same results (seed %i)', async (seed) => {
  expect(await runUnderKills(seed, 2, 40_000)).toMatchObject({ fault: null })
})
