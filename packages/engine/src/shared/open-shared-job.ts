import { type Constant, MillraceError } from '@millrace/plan'
import type { Member } from './members.ts'
import { type Shape, Shapes } from './shape.ts'
import { type Membership, SharedJob, type SharedJobOptions } from './shared-job.ts'

/**
 * Opens jobs of one shape (`shapeOf`) that stand at the same place of the log as one job. It keeps the contract of
 * `Job`; rows are told as `<member id>/<output>`, late ones as `<member id>/<operator>`, a member's as its own job
 * would tell them. Members are read once and not kept, so they may be made one after the other.
 *
 * With a snapshot, those of its members that are not given any more are forgotten. One that it does not hold is
 * refused: its clock would not be that of the others. A job that joins late has a job of its own, or a shared one
 * with those that begin where it does.
 */
export function openSharedJob(members: Iterable<Member> | Membership, options: SharedJobOptions): SharedJob {
  const membership = 'ids' in members ? members : membershipOf(members)
  refuseTwice(membership.ids)
  return new SharedJob(membership, options)
}

/** Members without their plans, which need much room. */
function membershipOf(members: Iterable<Member>): Membership {
  const shapes = new Shapes()
  const ids: string[] = []
  const values: (readonly Constant[])[] = []
  let shared: Shape | null = null
  for (const { id, plan, params } of members) {
    const shaped = shapes.of(plan, params)
    if (shaped === null) throw new MillraceError('PLAN_NOT_SHARED', { member: id })
    shared ??= shaped.shape
    if (shaped.shape !== shared) throw new MillraceError('SHARED_MEMBER_OF_OTHER_SHAPE', { member: id })
    ids.push(id)
    values.push(shaped.values)
  }
  if (shared === null) throw new MillraceError('SHARED_MEMBERS_NONE')
  return { ids, plan: shared.plan, values }
}

function refuseTwice(ids: readonly string[]): void {
  const known = new Set<string>()
  for (const id of ids) {
    if (known.has(id)) throw new MillraceError('SHARED_MEMBER_TWICE', { member: id })
    known.add(id)
  }
}
