import { describe, expect, it } from 'vitest'
import { runKills } from './run.ts'

const seed = Math.floor(Math.random() * 2 ** 31)

describe('a process that appends and is killed', () => {
  it(`leaves all that it acknowledged, and nothing half (seed ${seed})`, async () => {
    const { kills, acknowledged, rows } = await runKills(3, seed)
    expect(kills).toBe(3)
    expect(rows).toBeGreaterThan(acknowledged)
  }, 120_000)
})
