import fc from 'fast-check'
import { expect, test } from 'vitest'
import { samplePlan } from '../test/sample-plan.ts'
import { canonical, planHash } from './canonical.ts'
import type { Plan } from './plan.ts'

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown, order: (keys: string[]) => string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(order(Object.keys(value)).map((key) => [key, shuffled((value as Record<string, unknown>)[key], order)]))
}

test('the order of keys changes neither the bytes nor the hash', () => {
  const text = canonical(samplePlan())
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
      const order = (keys: string[]) =>
        keys
          .map((key) => [numbers.next().value, key] as const)
          .sort(([a], [b]) => a - b)
          .map(([, key]) => key)
      const other = shuffled(samplePlan(), order) as Plan
      expect(canonical(other)).toBe(text)
      expect(planHash(other)).toBe(planHash(samplePlan()))
    }),
    { numRuns: 50 },
  )
})

test('the canonical form is the plan, and that of its own reading', () => {
  expect(JSON.parse(canonical(samplePlan()))).toEqual(JSON.parse(JSON.stringify(samplePlan())))
  expect(canonical(JSON.parse(canonical(samplePlan())))).toBe(canonical(samplePlan()))
})

test('numbers have one text, and what is undefined is not there', () => {
  const params: Record<string, number | undefined> = { b: -0, a: 1e21, c: 1.5e-7, d: undefined }
  expect(canonical({ ...samplePlan(), params: params as Plan['params'] })).toContain('"params":{"a":1e+21,"b":0,"c":1.5e-7}')
})

test('another plan has another hash, of 64 hex digits', () => {
  expect(planHash(samplePlan())).toMatch(/^[0-9a-f]{64}$/)
  expect(planHash({ ...samplePlan(), name: 'other' })).not.toBe(planHash(samplePlan()))
})
