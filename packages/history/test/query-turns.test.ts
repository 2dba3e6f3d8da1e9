import { expect, it } from 'vitest'
import { QueryTurns } from '../src/query/query-turns.ts'

/** Takes turns for the tenants named, in this order; the list grows as they get them. */
function asked(turns: QueryTurns, names: readonly string[], got: string[] = []): string[] {
  for (const tenant of names) void turns.take(tenant, undefined).then(() => got.push(tenant))
  return got
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

it('a tenant that asks much does not hold up another: whoever runs fewer goes first', async () => {
  const turns = new QueryTurns(3, 2, 100, 20)
  const got = asked(turns, ['loud', 'loud', 'loud', 'loud', 'quiet'])
  await settled()
  expect(got).toEqual(['loud', 'loud', 'quiet'])
  turns.give('loud')
  await settled()
  expect(got).toEqual(['loud', 'loud', 'quiet', 'loud'])
  asked(turns, ['third'], got)
  turns.give('loud')
  await settled()
  expect(got.at(-1)).toBe('third')
})

it('no more wait than may, and those who run are not more than may', async () => {
  const turns = new QueryTurns(1, 1, 2, 2)
  const got = asked(turns, ['a', 'b', 'c'])
  await settled()
  expect(got).toEqual(['a'])
  await expect(turns.take('d', undefined)).rejects.toMatchObject({ code: 'HISTORY_BUSY' })
  turns.give('a')
  turns.give('b')
  await settled()
  expect(got).toEqual(['a', 'b', 'c'])
})

it('a tenant whose queries wait keeps nobody from a free place, nor from waiting', async () => {
  const turns = new QueryTurns(2, 1, 4, 2)
  const got = asked(turns, ['loud', 'loud', 'loud'])
  await expect(turns.take('loud', undefined)).rejects.toMatchObject({ code: 'HISTORY_BUSY', context: { limit: 2 } })
  asked(turns, ['quiet', 'quiet', 'third'], got)
  await expect(turns.take('fourth', undefined)).rejects.toMatchObject({ code: 'HISTORY_BUSY', context: { limit: 4 } })
  await settled()
  expect(got).toEqual(['loud', 'quiet'])
})

it('a query that can run at once does, however many of others wait', async () => {
  const turns = new QueryTurns(2, 1, 1, 1)
  const got = asked(turns, ['loud', 'loud', 'quiet'])
  await settled()
  expect(got).toEqual(['loud', 'quiet'])
})
