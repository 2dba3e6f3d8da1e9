import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mutatedPlans } from '../test/mutated-plans.ts'
import { samplePlan } from '../test/sample-plan.ts'
import { canonical } from './canonical.ts'
import { MillraceError } from './errors.ts'
import { relations } from './infer.ts'
import { limits } from './limits.ts'
import { parsePlan } from './parse-plan.ts'
import { validate } from './validate.ts'

const failure = (text: string) => {
  try {
    parsePlan(text)
  } catch (error) {
    if (error instanceof MillraceError) return error
    throw error
  }
  throw new Error('no error')
}

test('the text of a plan becomes the plan', () => {
  expect(parsePlan(canonical(samplePlan()))).toEqual(JSON.parse(JSON.stringify(samplePlan())))
})

test('what is no JSON, too large or no plan is told apart, with all issues', () => {
  expect(failure('{').code).toBe('PLAN_NOT_JSON')
  expect(failure(' '.repeat(limits.planBytes + 1)).code).toBe('PLAN_TOO_LARGE')
  const invalid = failure('{"version":1}')
  expect(invalid.code).toBe('PLAN_INVALID')
  expect(invalid.issues.map(({ message }) => message)).toHaveLength(5)
  expect(invalid.message).toContain('"name"')
})

test('a text nested a hundred thousand deep is refused, not followed', () => {
  expect(['PLAN_INVALID', 'PLAN_NOT_JSON']).toContain(failure(`${'['.repeat(100_000)}${']'.repeat(100_000)}`).code)
})

test('whatever stands in a plan: it gets issues, or every operator has a relation', () => {
  let valid = 0
  fc.assert(
    fc.property(mutatedPlans, (plan) => {
      if (validate(plan).length > 0) return
      valid++
      const parsed = parsePlan(JSON.stringify(plan))
      expect([...relations(parsed).keys()]).toEqual(parsed.operators.map(({ id }) => id))
    }),
    { numRuns: 3000 },
  )
  expect(valid).toBeGreaterThan(0)
})
