import { expect, it } from 'vitest'
import { TokenBuckets } from './token-buckets.ts'

it('who asks on is remembered, however many names are made up meanwhile', () => {
  const buckets = new TokenBuckets(1, 2)
  expect([buckets.take('busy', 0), buckets.take('busy', 0)]).toEqual([0, 0])
  for (let i = 0; i < 50_000; i++) {
    buckets.take(`stranger ${i}`, 0)
    if (i % 1000 === 0) expect(buckets.take('busy', 0)).toBe(1000)
  }
})
