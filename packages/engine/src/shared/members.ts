import type { Constant, Plan } from '@millrace/plan'
import type { MemberValues } from '../code/member-params.ts'

/** A job among those that share their work. */
export interface Member {
  readonly id: string
  readonly plan: Plan
  readonly params?: Plan['params']
}

/** Constants of members as columns: what differs, by name of the param, and what all have alike. */
export interface MemberConstants {
  readonly differing: ReadonlyMap<string, MemberValues>
  readonly alike: Plan['params']
}

/** `values`: of each member, by number of the param. */
export function memberConstants(names: readonly string[], values: readonly (readonly Constant[])[]): MemberConstants {
  const differing = new Map<string, MemberValues>()
  const alike: Record<string, Constant> = {}
  names.forEach((name, at) => {
    const first = values[0]?.[at] as Constant
    const column = values.map((of) => plain(of[at] as Constant))
    alike[name] = first
    if (column.some((value) => !Object.is(value, column[0]))) differing.set(name, packed(column))
  })
  return { differing, alike }
}

/** Durations and timestamps as ms. -0 is 0. */
export function plain(value: Constant): number | string | boolean {
  if (typeof value === 'number') return value + 0
  if (typeof value !== 'object') return value
  return 'durationMs' in value ? value.durationMs : value.timestampMs
}

function packed(column: readonly (number | string | boolean)[]): MemberValues {
  if (typeof column[0] === 'string') return column as readonly string[]
  if (typeof column[0] === 'boolean') return Uint8Array.from(column as readonly boolean[], (value) => (value ? 1 : 0))
  return Float64Array.from(column as readonly number[])
}
