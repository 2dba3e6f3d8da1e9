import { createHash } from 'node:crypto'
import type { Plan } from './plan.ts'

/** The plan's JSON without whitespace, keys in the order of their code units: equal plans give equal text. */
export function canonical(plan: Plan): string {
  return JSON.stringify(sorted(plan))
}

/** SHA-256 of the canonical form's UTF-8, in hex: the plan's identity. */
export function planHash(plan: Plan): string {
  return createHash('sha256').update(canonical(plan)).digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  // A null prototype keeps a key named __proto__ a key; JSON.stringify would move whole-number keys first in any object.
  const ordered: Record<string, unknown> = Object.create(null)
  for (const [key, inner] of entries) ordered[key] = sorted(inner)
  return ordered
}
