import { type Constant, MillraceError, type Plan, planHash } from '@millrace/plan'
import { lift } from './lift.ts'
import type { Member } from './members.ts'
import { SharedJob, type SharedJobOptions } from './shared-job.ts'

/**
 * Opens jobs of one shape (`shapeOf`) that stand at the same place of the log as one job. It keeps the contract of
 * `Job`; rows are told as `<member id>/<output>`, late ones as `<member id>/<operator>`, a member's as its own job
 * would tell them. Members are read once and not kept, so they may be made one after the other.
 *
 * With a snapshot, those of its members that are not given any more are forgotten. One that it does not hold is
 * refused: its clock would not be that of the others. A job that joins late has a job of its own, or a shared one
 * with those that begin where it does.
 */
export function openSharedJob(members: Iterable<Member>, options: SharedJobOptions): SharedJob {
  const ids = new Set<string>()
  const values: (readonly Constant[])[] = []
  let shared: { readonly plan: Plan; readonly text: string } | null = null
  for (const { id, plan, params } of members) {
    const lifted = lift(plan, params)
    if (lifted === null) throw new MillraceError('PLAN_NOT_SHARED', { member: id })
    const text = JSON.stringify(lifted.plan)
    shared ??= { plan: lifted.plan, text }
    if (text !== shared.text && planHash(lifted.plan) !== planHash(shared.plan)) throw new MillraceError('SHARED_MEMBER_OF_OTHER_SHAPE', { member: id })
    if (ids.has(id)) throw new MillraceError('SHARED_MEMBER_TWICE', { member: id })
    ids.add(id)
    values.push(lifted.values)
  }
  if (shared === null) throw new MillraceError('SHARED_MEMBERS_NONE')
  return new SharedJob({ ids: [...ids], plan: shared.plan, values }, options)
}
