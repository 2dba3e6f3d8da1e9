import type { Plan } from '@millrace/plan'

/** The time column of each stream; null: it has none. */
export function timeColumns(plan: Plan): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(plan.streams).map(([name, stream]) => [name, stream.time]))
}
