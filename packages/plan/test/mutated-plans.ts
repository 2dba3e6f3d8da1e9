import fc from 'fast-check'
import { samplePlan } from './sample-plan.ts'

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

function hasPath(value: unknown, path: readonly string[]): boolean {
  let place = value
  for (const key of path) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return false
    place = (place as Record<string, unknown>)[key]
  }
  return true
}

/** The sample plan with one or two places replaced by any JSON value, or by one from another place of it. */
export const mutatedPlans: fc.Arbitrary<unknown> = fc
  .array(fc.tuple(fc.constantFrom(...paths), values), { minLength: 1, maxLength: 2 })
  .map((changes) => changes.reduce<unknown>((value, [path, by]) => (hasPath(value, path) ? replaced(value, path, by) : value), samplePlan()))
