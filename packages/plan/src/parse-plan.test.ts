import fc from 'fast-check'
import { expect, test } from 'vitest'
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

/** All paths to values within a JSON value. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))]
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  copy[key] = replaced(copy[key], rest, by)
  return copy
}

const paths = places(samplePlan())
const read = (path: readonly string[]) => path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], samplePlan())
const values = fc.oneof(fc.jsonValue(), fc.constantFrom(...paths).map(read))

test('whatever stands in a plan: it gets issues, or every operator has a relation', () => {
  let valid = 0
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...paths), values), { minLength: 1, maxLength: 2 }), (changes) => {
      const plan = changes.reduce<unknown>((value, [path, by]) => (hasPath(value, path) ? replaced(value, path, by) : value), samplePlan())
      if (validate(plan).length > 0) return
      valid++
      const parsed = parsePlan(JSON.stringify(plan))
      expect([...relations(parsed).keys()]).toEqual(parsed.operators.map(({ id }) => id))
    }),
    { numRuns: 3000 },
  )
  expect(valid).toBeGreaterThan(0)
})

function hasPath(value: unknown, path: readonly string[]): boolean {
  let place = value
  for (const key of path) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return false
    place = (place as Record<string, unknown>)[key]
  }
  return true
}
