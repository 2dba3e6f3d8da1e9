import { describe, expect, it } from 'vitest'
import { Random } from '../testing/random.ts'
import { FairQueue } from './fair-queue.ts'

interface One {
  readonly tenant: string
  readonly bytes: number
  readonly number: number
}

function queueOf(...ones: readonly (readonly [tenant: string, bytes: number])[]): FairQueue<One> {
  const queue = new FairQueue<One>()
  for (const [number, [tenant, bytes]] of ones.entries()) queue.add({ tenant, bytes, number })
  return queue
}

const named = (taken: readonly One[]): readonly string[] => taken.map(({ tenant, number }) => `${tenant}${number}`)

describe('whose turn it is', () => {
  it('a tenant who comes with little is next, however much others have waiting', () => {
    const queue = queueOf(...Array.from({ length: 50 }, () => ['big', 100] as const))
    queue.take(300)
    for (let number = 100; number < 103; number++) queue.add({ tenant: `small${number}`, bytes: 1, number })
    expect(named(queue.take(300)).slice(0, 3)).toEqual(['small100100', 'small101101', 'small102102'])
  })

  it('what is larger than a whole turn waits no longer than for its share', () => {
    const queue = queueOf(['large', 1000])
    let number = 1
    let turns = 0
    for (let taken: readonly string[] = []; !taken.includes('large0'); turns++) {
      for (let smalls = 0; smalls < 3; smalls++) queue.add({ tenant: 'small', bytes: 100, number: number++ })
      taken = named(queue.take(300))
    }
    expect(turns).toBeLessThan(3)
    expect(queue.take(300).length).toBeGreaterThan(0)
  })

  it('time in which a tenant had nothing that waits is not saved up', () => {
    const queue = queueOf(['quiet', 1])
    queue.take(1)
    for (let number = 0; number < 100; number++) queue.add({ tenant: 'busy', bytes: 100, number })
    queue.take(5000)
    for (let number = 0; number < 100; number++) queue.add({ tenant: 'quiet', bytes: 100, number })
    const taken = queue.take(2000)
    const ofQuiet = taken.filter(({ tenant }) => tenant === 'quiet').length
    expect(ofQuiet).toBeGreaterThanOrEqual(9)
    expect(ofQuiet).toBeLessThanOrEqual(11)
  })

  it('tenants that always have something waiting get the same bytes, each in its order; nothing is lost', () => {
    const seed = Math.floor(Math.random() * 2 ** 32)
    const random = new Random(seed)
    const queue = new FairQueue<One>()
    const bytes = [0, 0, 0, 0]
    const next = [0, 0, 0, 0]
    const waiting = [0, 0, 0, 0]
    let number = 0
    let outOfOrder = false
    const largest = [10, 100, 1000, 3000]
    for (let turn = 0; turn < 600; turn++) {
      for (let tenant = 0; tenant < 4; tenant++) {
        while (waiting[tenant]! < 3000) {
          const size = 1 + random.below(largest[tenant]!)
          queue.add({ tenant: String(tenant), bytes: size, number: number++ })
          waiting[tenant]! += size
        }
      }
      const taken = queue.take(2000)
      outOfOrder ||= taken.length === 0
      for (const one of taken) {
        const tenant = Number(one.tenant)
        outOfOrder ||= one.number < next[tenant]!
        next[tenant] = one.number + 1
        bytes[tenant]! += one.bytes
        waiting[tenant]! -= one.bytes
      }
    }
    expect(outOfOrder, `seed ${seed}`).toBe(false)
    expect(Math.max(...bytes) - Math.min(...bytes), `seed ${seed}`).toBeLessThan(8000)
    expect(queue.bytes, `seed ${seed}`).toBe(waiting.reduce((sum, each) => sum + each))
    expect(queue.drain().reduce((sum, each) => sum + each.bytes, 0)).toBe(waiting.reduce((sum, each) => sum + each))
    expect([queue.empty, queue.bytes]).toEqual([true, 0])
  })
})
