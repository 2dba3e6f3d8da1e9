import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { Outlet } from './outlet.ts'

/** Where somebody wants to read from. */
export type Begin = { readonly from: 'begin' | 'now' | number } | { readonly fromMs: number }

/**
 * The position at which reading begins. A number is a promise that nothing from there on was missed: RECORDS_DROPPED where
 * retention broke it, RECORDS_AHEAD where the log never came that far, as after a restore.
 */
export async function beginPosition(log: Log, outlet: Outlet, begin: Begin): Promise<number> {
  if ('fromMs' in begin) return log.sequenceAt(outlet.tenant, begin.fromMs)
  const { from } = begin
  const next = log.nextSequence(outlet.tenant)
  if (from === 'begin') return 0
  if (from === 'now') return next
  if (from > next) throw new MillraceError('RECORDS_AHEAD', { from, next })
  checkKept(log, outlet, from)
  return from
}

/** Throws RECORDS_DROPPED where a record of [from, before) was there and no longer is. */
export function checkKept(log: Log, outlet: Outlet, from: number, before?: number): void {
  const oldest = oldestBehindGap(log, outlet, from, before)
  if (oldest !== null) throw new MillraceError('RECORDS_DROPPED', { from, oldest })
}

/** The oldest position there is, where a record of [from, before) was there and no longer is; else null. */
export function oldestBehindGap(log: Log, { tenant, stream }: Outlet, from: number, before = Number.POSITIVE_INFINITY): number | null {
  const figures = log.stream(tenant, stream)
  if (figures === null || figures.droppedUpTo === 0 || figures.droppedUpTo < from || figures.droppedUpTo >= before) return null
  return figures.firstSequence ?? figures.droppedUpTo + 1
}
