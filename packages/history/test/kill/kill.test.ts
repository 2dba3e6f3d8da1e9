import { expect, it } from 'vitest'
import { runKills } from './run.ts'

it('a process that writes its history and is killed leaves every row in exactly one file', async () => {
  const { kills, rows } = await runKills(4, Math.random)
  expect(kills).toBe(4)
  expect(rows).toBeGreaterThan(100)
})
