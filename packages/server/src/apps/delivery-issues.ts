import { type Demand, guaranteeOfPath, type Issue, isAtLeast, isNamed, issue, type Link, type Plan } from '@millrace/plan'
import { waysIn } from '../gateways/ways-in.ts'
import { type WayOut, waysOut } from '../live/ways-out.ts'
import type { Settings } from '../settings/settings.ts'
import { anySinks, anySources } from './current-ways.ts'
import { type Path, pathsOf, type Ways } from './delivery-paths.ts'

/** What is open, whoever uses it. */
export interface Open {
  readonly settings: Settings
  /** Whether the history keeps the app's results. */
  readonly keep: boolean
}

/** Enough to mend. */
const mostIssues = 1000

/** Paths by these ways that give less than is demanded; `path` is that of the request. */
export function shortIssues(plan: Plan, { guarantee }: Demand, ways: Ways, open: Open, path: string): readonly Issue[] {
  const isShort = (end: Link): boolean => !isAtLeast(end.guarantee, guarantee)
  const weakIn: Ways = { ...ways, ofStream: (stream) => ways.ofStream(stream).filter(isShort) }
  const weakOut: Ways = {
    ofStream: (stream) => ways.ofStream(stream).filter((way) => !isShort(way)),
    ofOutput: (output) => ways.ofOutput(output).filter(isShort),
  }
  const first = pathsOf(plan, weakIn, 0, mostIssues)
  const short = [...first, ...pathsOf(plan, weakOut, 0, mostIssues - first.length)]
  return short.map((found) => {
    const ends = { stream: found.stream, wayIn: called(found.wayIn), output: found.output, wayOut: called(found.wayOut) }
    return issue('DELIVERY_PATH_SHORT', path, { ...ends, ...guaranteeOfPath(found.wayIn, found.wayOut), remedy: remedy(found, open, isShort) })
  })
}

/** Ways that a demand names and that are not open. */
export function closedIssues(demand: Demand, { settings, keep }: Open): readonly Issue[] {
  const open = [...waysIn({}, settings, anySources), ...possibleOut({ settings, keep })].map(({ name }) => name)
  return (['waysIn', 'waysOut'] as const).flatMap((field) =>
    (demand[field] ?? []).flatMap((way, at) => {
      const isOpen = open.some((name) => isNamed(name, [way]))
      return isOpen ? [] : [issue('DELIVERY_WAY_CLOSED', `plan.delivery.${field}.${at}`, { way, remedy: openedBy(way) })]
    }),
  )
}

function remedy({ wayIn, wayOut }: Path, open: Open, isShort: (end: Link) => boolean): string {
  const enough = (ways: readonly (Link & { readonly name: string })[]): string =>
    ways
      .filter((way) => !isShort(way))
      .map(({ name }) => name)
      .join(', ')
  const messageId = wayIn.guarantee === 'at-least-once' ? ', or declare a message id of the stream' : ''
  const into = `Name in waysIn those that are used, of these that give it: ${enough(waysIn({}, open.settings, anySources))}${messageId}.`
  const out = `Name in waysOut those that are used, of these that give it: ${enough(possibleOut(open))}.`
  return [...(isShort(wayIn) ? [into] : []), ...(isShort(wayOut) ? [out] : [])].join(' ')
}

function possibleOut({ settings, keep }: Open): readonly WayOut[] {
  return waysOut(settings, { webhooks: [null], files: [null], sinks: anySinks, history: keep })
}

function called({ name, where }: { readonly name: string; readonly where: string | null }): string {
  return where === null ? name : `${name} (${where})`
}

function openedBy(way: string): string {
  if (way === 'history') return 'the history keep the results of the app'
  const setting = way.startsWith('mqtt') ? 'mqttPort' : way.startsWith('tcp') ? 'tcpPort' : 'folder'
  return `the operator of the server set ${setting}`
}
