import { afterEach, expect, it } from 'vitest'
import { TenantThreads } from '../../src/connectors/tenant-threads.ts'

const threads = new TenantThreads({ allow: [], logger: { warn: () => {} }, most: 2 })
const tenants = ['a', 'b', 'c', 'd', 'e']

afterEach(async () => {
  for (const tenant of tenants) await threads.leave(tenant)
})

it('a tenant has a thread of its own as long as there are not too many, and those beyond share them evenly', () => {
  for (const tenant of tenants) threads.enter(tenant)
  const shared = tenants.map((tenant) => tenants.filter((other) => threads.of(other) === threads.of(tenant)).length)
  expect(shared.toSorted()).toEqual([2, 2, 3, 3, 3])
  expect(threads.of('a')).not.toBe(threads.of('b'))
})

it('a thread ends with the last of its tenants that has a use for it, and there is a place for another', async () => {
  for (const tenant of ['a', 'a', 'b', 'c']) threads.enter(tenant)
  const [ofA, ofB] = [threads.of('a'), threads.of('b')]
  expect(threads.of('c')).toBe(ofA)
  for (const tenant of ['a', 'a']) await threads.leave(tenant)
  expect(threads.of('c')).toBe(ofA)
  await threads.leave('c')
  threads.enter('d')
  expect([ofA, ofB]).not.toContain(threads.of('d'))
  expect(threads.of('b')).toBe(ofB)
})
