import { expect, it } from 'vitest'
import { count, countFields, World } from './world.ts'

it('how long rows wait is told in whole milliseconds, until they are written', async () => {
  // Looked at every 50 ms, written after 200.
  const world = await World.open({ writeEveryMs: 200, writeBytes: 1 << 30 })
  try {
    await world.append('acme', 'rows', countFields, [count(0, 'a', 1)])
    await world.history.follow({ tenant: 'acme', stream: 'rows' })
    const seen: number[] = []
    const behind = (): number => {
      seen.push(world.history.figures()[0]?.behindMs ?? -1)
      return seen.at(-1) as number
    }
    await expect.poll(behind, { interval: 1 }).toBeGreaterThan(0)
    await expect.poll(behind, { interval: 1 }).toBe(0)
    expect(seen.filter((ms) => !Number.isInteger(ms) || ms < 0)).toEqual([])
  } finally {
    await world.close()
  }
})
