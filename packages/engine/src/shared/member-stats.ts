import type { StatefulOperator } from '../operator.ts'
import type { MemberCounts } from './member-counts.ts'
import { isHidden, type WatchedPlan } from './watched.ts'

/** Of one member of a shared job; what all members have alike (records, watermark) stands in the job's own. */
export interface MemberStats {
  readonly outputs: Readonly<Record<string, { readonly rows: number; readonly revisions: number }>>
  readonly windows: Readonly<Record<string, MemberWindowStats>>
  readonly alerts: Readonly<Record<string, MemberAlertStats>>
  /** Keys of groups and of episodes that have state. */
  readonly keys: number
}

export interface MemberWindowStats {
  readonly fired: number
  readonly revised: number
  readonly tooLate: number
  readonly open: number
}

export interface MemberAlertStats {
  readonly opened: number
  readonly updated: number
  readonly cleared: number
  readonly withdrawn: number
  readonly openNow: number
}

/** Of all members, by id. */
export function memberStats(
  ids: readonly string[],
  { plan, windows, alerts }: WatchedPlan,
  counts: MemberCounts,
  operators: readonly StatefulOperator[],
): ReadonlyMap<string, MemberStats> {
  const live = new Live(ids.length, operators)
  const shown = Object.keys(plan.outputs).filter((name) => !isHidden(name))
  return new Map(
    ids.map((id, member) => {
      const of = (name: string): number => counts.get(name, member)
      return [
        id,
        {
          outputs: Object.fromEntries(shown.map((name) => [name, { rows: of(`new ${name}`) + of(`revisions ${name}`), revisions: of(`revisions ${name}`) }])),
          windows: Object.fromEntries(
            [...windows.keys()].map((at) => [
              at,
              { fired: of(`fired ${at}`), revised: of(`revised ${at}`), tooLate: of(`tooLate ${at}`), open: live.entries(at, member) },
            ]),
          ),
          alerts: Object.fromEntries(
            [...alerts.keys()].map((at) => [
              at,
              {
                opened: of(`open ${at}`),
                updated: of(`update ${at}`),
                cleared: of(`clear ${at}`),
                withdrawn: of(`withdraw ${at}`),
                openNow: live.open(at, member),
              },
            ]),
          ),
          keys: live.keys(member),
        },
      ]
    }),
  )
}

/** What stands in the state, counted by member when it is asked for: no record pays for it. */
class Live {
  private readonly entriesOf = new Map<string, Float64Array>()
  private readonly openOf = new Map<string, Float64Array>()

  constructor(members: number, operators: readonly StatefulOperator[]) {
    for (const operator of operators) {
      const entries = new Float64Array(members)
      const open = new Float64Array(members)
      operator.eachKey((member, isOpen) => {
        entries[member]! += 1
        if (isOpen) open[member]! += 1
      })
      this.entriesOf.set(operator.id, entries)
      this.openOf.set(operator.id, open)
    }
  }

  entries(operator: string, member: number): number {
    return this.entriesOf.get(operator)?.[member] ?? 0
  }

  open(operator: string, member: number): number {
    return this.openOf.get(operator)?.[member] ?? 0
  }

  keys(member: number): number {
    let keys = 0
    for (const entries of this.entriesOf.values()) keys += entries[member] as number
    return keys
  }
}
