import type { Expression, Issue } from '@millrace/plan'
import { issue, MillraceError } from '@millrace/plan'
import { codeFrame, type Place } from '../reading/place.ts'
import type { Building } from './building.ts'
import type { DraftedPlan } from './plan.ts'

/** One reason why an app is refused, with the place in its source where that is known. */
interface Reason {
  readonly issue: Issue
  readonly place: Place | undefined
}

/** The error for all that was refused while an app was built. */
export function refusalOf(name: string, { issues }: Building): MillraceError {
  return refusal(
    name,
    issues.map(({ code, context, place }) => ({ issue: issue(code, place.site, context), place })),
  )
}

/** The error for what validation found in the plan, brought back to the source. */
export function invalid(name: string, drafted: DraftedPlan, issues: readonly Issue[], { places }: Building): MillraceError {
  return refusal(
    name,
    issues.map((found) => ({ issue: { ...found, path: siteOf(drafted, found) }, place: placeOf(drafted, found, places) })),
  )
}

function refusal(name: string, reasons: readonly Reason[]): MillraceError {
  const text = reasons.map(described).join('\n\n')
  const issues = reasons.map((reason) => ({ ...reason.issue, message: framed(reason) }))
  return new MillraceError('SDK_APP_REFUSED', { name, count: reasons.length, reasons: text }, { issues })
}

function described(reason: Reason): string {
  const { path } = reason.issue
  return path === '' ? framed(reason) : `${path}: ${framed(reason)}`
}

function framed({ issue, place }: Reason): string {
  return place === undefined || place.text === '' ? issue.message : `${issue.message}\n${codeFrame(place)}`
}

function siteOf({ sites }: DraftedPlan, { path }: Issue): string {
  const operator = /^operators\.(\d+)\b/.exec(path)
  const site = operator === null ? undefined : sites[Number(operator[1])]
  return site === undefined || site === '' ? path : site
}

/** The nearest expression around the issue's path that was read from source. */
function placeOf({ plan }: DraftedPlan, { path }: Issue, places: WeakMap<Expression, Place>): Place | undefined {
  let at: unknown = plan
  let place: Place | undefined
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null) break
    at = (at as Record<string, unknown>)[key]
    place = places.get(at as Expression) ?? place
  }
  return place
}
