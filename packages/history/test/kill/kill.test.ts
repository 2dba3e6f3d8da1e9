import { expect, it } from 'vitest'
import { runKills } from './run.ts'

const seed = Math.floor(Math.random() * 2 ** 31)

it(`a process that writes its history and is killed leaves every row in exactly one file (seed ${seed})`, async () => {
  const { kills, rows } = await runKills(2, seed)
  expect(kills).toBe(2)
  expect(rows).toBeGreaterThan(5)
})
