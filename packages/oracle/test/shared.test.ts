import { shapeOf } from '@millrace/engine'
import { validate } from '@millrace/plan'
import { describe, expect, it } from 'vitest'
import { required, Shares } from './equality/shares.ts'
import { sharedFault } from './shared/check-shared.ts'
import { sharedCaseOf } from './shared/random-members.ts'

const runs = Number(process.env.MILLRACE_RUNS ?? 60)
const firstSeed = Number(process.env.MILLRACE_SEED ?? Math.floor(Math.random() * 2 ** 31))

describe('jobs that share their work', () => {
  it('each gives what its own job gives, however the log is cut, budgeted or interrupted', () => {
    console.log(`shared: seeds ${firstSeed} to ${firstSeed + runs - 1}; again with MILLRACE_SEED=${firstSeed}`)
    const shares = new Shares()
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const random = sharedCaseOf(seed)
      const [first] = random.members
      for (const { plan, params } of random.members) {
        expect(validate(plan), `seed ${seed}`).toEqual([])
        expect(shapeOf(plan, params), `seed ${seed}`).toBe(shapeOf(first?.plan as typeof plan, first?.params))
      }
      expect(sharedFault(random, seed, shares), `seed ${seed}`).toBeNull()
    }
    console.log(`shared: ${shares}`)
    for (const name of required) expect(shares.share(name), name).toBeGreaterThan(0)
  }, 60_000)
})
