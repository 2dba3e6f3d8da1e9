import { openJob } from '@millrace/engine'
import { validate } from '@millrace/plan'
import { describe, expect, it } from 'vitest'
import { runOracle } from '../src/run.ts'
import { caseOf } from './equality/case.ts'
import { faultOf, feedingsFor } from './equality/check.ts'
import { failureText } from './equality/failure.ts'
import { required, Shares } from './equality/shares.ts'

const runs = Number(process.env.MILLRACE_RUNS ?? 60)
const firstSeed = Number(process.env.MILLRACE_SEED ?? Math.floor(Math.random() * 2 ** 31))

describe('engine and oracle', () => {
  it('the engine gives what the oracle gives, however the log is cut, budgeted or interrupted', () => {
    console.log(`equality: seeds ${firstSeed} to ${firstSeed + runs - 1}; again with MILLRACE_SEED=${firstSeed}`)
    const shares = new Shares()
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const random = caseOf(seed)
      expect(validate(random.plan), `seed ${seed}`).toEqual([])
      const oracle = runOracle(random.plan, random.log, random)
      shares.add(oracle)
      const fault = faultOf(openJob, random, feedingsFor(seed), oracle)
      if (fault !== null) expect.fail(failureText(openJob, seed, fault))
    }
    console.log(`equality: ${shares}`)
    for (const name of required) expect(shares.share(name), name).toBeGreaterThanOrEqual(0.05)
  }, 120_000)
})
