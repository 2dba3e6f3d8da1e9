import type { Append, Receipt } from '@millrace/log'
import { expect, it } from 'vitest'
import { TenantClock } from '../src/tenant-clock.ts'

it('a deadline is met at its log time, also where the log time was set forwards since the one before', async () => {
  const began = performance.now()
  let aheadMs = 0
  const now = (): number => Math.floor(aheadMs + performance.now() - began)
  const job = { nextTickMs: 60_000 as number | null, takenUpTo: 1 }
  const ticked = Promise.withResolvers<number>()
  const append = async (_append: Append): Promise<Receipt> => {
    ticked.resolve(now())
    job.nextTickMs = null
    return { sequences: [1], ingestionMs: now(), duplicate: false }
  }
  const clock = new TenantClock('acme', { now, append }, () => [job])
  clock.changed()
  // The look at deadlines.
  await new Promise((resolve) => setImmediate(resolve))
  aheadMs = 100_000
  job.nextTickMs = now() + 50
  const dueMs = job.nextTickMs
  clock.changed()
  const atMs = await ticked.promise
  expect(atMs).toBeGreaterThanOrEqual(dueMs)
  expect(atMs).toBeLessThan(dueMs + 30_000)
  clock.close()
})
