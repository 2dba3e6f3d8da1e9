import { createHash } from 'node:crypto'
import type { Value } from '@millrace/oracle'
import { type Plan, relations } from '@millrace/plan'
import type { PlainRow } from '../../packages/oracle/test/engine/plain-rows.ts'

export const tenant = 'cases'

/** A result's id by the recipe of docs/results.md, written anew so that the product's cannot drift unseen. */
export function idOf(plan: Plan, output: string, row: PlainRow): string {
  const key = relations(plan).get(plan.outputs[output] as string)?.key ?? []
  const parts = [...[tenant, plan.name, output].map(escaped), ...key.map((name) => keyText(row.values[name] ?? null)), discriminator(row)]
  return createHash('md5').update(parts.join('|')).digest('hex')
}

function discriminator({ windowStart, windowEnd, origin, sequence, element }: PlainRow): string {
  if (windowStart !== null && windowEnd !== null) return `${windowStart}|${windowEnd}`
  const source = origin ?? sequence
  return element === null ? String(source) : `${source}|${element}`
}

function keyText(value: Value): string {
  if (value === null) return '\\N'
  return typeof value === 'string' ? escaped(value) : String(value)
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|')
