import { expect, it } from 'vitest'
import { type Runnable, Turns } from './turns.ts'

/** Gives `turns` turns; a run costs its number of ms each. Answers how often each came and the time each used. */
function play(
  runs: readonly (Runnable & { readonly name: string; readonly ms: number })[],
  turns: number,
  all = new Turns<(typeof runs)[number]>(),
): Record<string, number> {
  const used: Record<string, number> = {}
  for (const run of runs) {
    all.add(run)
    all.wake(run)
  }
  for (let turn = 0; turn < turns; turn++) {
    const run = all.next()
    if (run === null) break
    all.charge(run, run.ms)
    used[run.name] = (used[run.name] ?? 0) + run.ms
  }
  return used
}

it('tenants share the time alike, however many runs they have and whatever a turn of theirs costs', () => {
  const many = Array.from({ length: 50 }, (_, i) => ({ name: `many`, tenant: 'a', weight: 1, ms: i % 2 === 0 ? 20 : 1 }))
  const used = play([...many, { name: 'one', tenant: 'b', weight: 1, ms: 1 }], 20_000)
  expect((used['many'] as number) / (used['one'] as number)).toBeCloseTo(1, 1)
})

it('runs of a tenant share its time by their weights', () => {
  const used = play(
    [
      { name: 'light', tenant: 'a', weight: 1, ms: 2 },
      { name: 'heavy', tenant: 'a', weight: 3, ms: 5 },
    ],
    10_000,
  )
  expect((used['heavy'] as number) / (used['light'] as number)).toBeCloseTo(3, 1)
})

it('a run that was quiet does not catch up on what it did not use', () => {
  const turns = new Turns<Runnable & { name: string }>()
  const busy = { name: 'busy', tenant: 'a', weight: 1 }
  const quiet = { name: 'quiet', tenant: 'a', weight: 1 }
  for (const run of [busy, quiet]) turns.add(run)
  turns.wake(busy)
  for (let turn = 0; turn < 1000; turn++) turns.charge(turns.next() as typeof busy, 1)
  turns.wake(quiet)
  const next = Array.from({ length: 100 }, () => {
    const run = turns.next() as typeof busy
    turns.charge(run, 1)
    return run.name
  })
  expect(next.filter((name) => name === 'quiet').length).toBeLessThanOrEqual(51)
})

it('a run without work gets no turn, and one that was removed neither', () => {
  const turns = new Turns<Runnable>()
  const run = { tenant: 'a', weight: 1 }
  turns.add(run)
  expect(turns.next()).toBeNull()
  turns.wake(run)
  expect(turns.next()).toBe(run)
  turns.rest(run)
  expect(turns.next()).toBeNull()
  turns.wake(run)
  turns.remove(run)
  expect(turns.next()).toBeNull()
})
