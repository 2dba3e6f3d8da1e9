import type { Deployment, SinkSystem, SourceSystem, WayIn } from '@millrace/api/schemas'
import { type Demand, type Issue, isAtLeast, isNamed, issue, MillraceError, type StreamNode } from '@millrace/plan'
import { waysIn } from '../gateways/ways-in.ts'
import { waysOut } from '../live/ways-out.ts'
import type { Ground } from '../platform-ground.ts'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { anySinks, demandedWays, sourcesOf, type WaysGround } from './current-ways.ts'
import { closedIssues, shortIssues } from './delivery-issues.ts'
import type { Ways } from './delivery-paths.ts'

/** Errors: APP_DELIVERY with every path that gives less than the plan demands, and every way that it names and that is not open. */
export function checkDelivery(ground: WaysGround, tenant: string, { plan, history }: Deployment): void {
  const { name: app, delivery } = plan
  if (delivery === undefined) return
  const open = { settings: ground.settings, keep: history?.keep ?? ground.history.stateOfApp(tenant, app).keep }
  const ways = demandedWays(ground, tenant, app, delivery, open.keep)
  refuse(app, delivery, [...closedIssues(delivery, open), ...shortIssues(plan, delivery, ways, open, 'plan.delivery')])
}

/** Where results of an output are to go as well. */
export interface NewWay {
  readonly app: string
  readonly output: string
}

/** Errors: APP_DELIVERY where a new webhook or sink would break what the app demands. */
export function checkNewWay(ground: WaysGround & Pick<Ground, 'apps'>, tenant: string, kind: 'webhooks' | 'files' | SinkSystem, { app, output }: NewWay): void {
  const { plan } = ground.apps.get(tenant, app)
  const { delivery } = plan
  if (delivery === undefined || !isNamed(kind, delivery.waysOut)) return
  const open = { settings: ground.settings, keep: ground.history.stateOfApp(tenant, app).keep }
  const made = waysOut(ground.settings, { webhooks: [null], files: [null], sinks: anySinks, history: false }).filter(({ name }) => name === kind)
  const ways: Ways = { ...demandedWays(ground, tenant, app, delivery, open.keep), ofOutput: (of) => (of === output ? made : []) }
  refuse(app, delivery, shortIssues(plan, delivery, ways, open, 'output'))
}

/** Apps that demand what a stream no longer gives once it is declared without its message id. */
export function messageIdIssues(ground: WaysGround & Pick<Ground, 'apps'>, tenant: string, stream: string, declaration: StreamNode): readonly Issue[] {
  const before = ground.streams.find(tenant, stream)
  if (before?.node.messageId === undefined || declaration.messageId !== undefined) return []
  return ground.apps.all(tenant).flatMap(({ name: app, plan }) => {
    const { delivery } = plan
    if (delivery === undefined || !Object.hasOwn(plan.streams, stream)) return []
    const open = waysIn(declaration, ground.settings, sourcesOf(ground.control, tenant, stream))
    const ways = shortWays(open, delivery)
    return ways.length === 0 ? [] : [issue('STREAM_MESSAGE_ID_DEMANDED', `apps.${app}`, { app, guarantee: delivery.guarantee, ways: ways.join(', ') })]
  })
}

/** Errors: APP_DELIVERY where a new source of a stream would break what an app demands. */
export function checkNewSource(
  ground: WaysGround & Pick<Ground, 'apps'>,
  tenant: string,
  system: SourceSystem,
  { name: stream, node }: RegisteredStream,
): void {
  const made = waysIn(node, ground.settings, [{ system, name: null }]).filter(({ name }) => name === system)
  for (const { name: app, plan } of ground.apps.all(tenant)) {
    const { delivery } = plan
    if (delivery === undefined || !Object.hasOwn(plan.streams, stream) || shortWays(made, delivery).length === 0) continue
    const open = { settings: ground.settings, keep: ground.history.stateOfApp(tenant, app).keep }
    const ways: Ways = { ...demandedWays(ground, tenant, app, delivery, open.keep), ofStream: (of) => (of === stream ? made : []) }
    refuse(app, delivery, shortIssues(plan, delivery, ways, open, 'stream'))
  }
}

/** Names of the ways that a demand is about and that give less. */
function shortWays(ways: readonly WayIn[], { guarantee: demanded, waysIn: named }: Demand): readonly string[] {
  return ways.filter(({ name, guarantee }) => isNamed(name, named) && !isAtLeast(guarantee, demanded)).map(({ name }) => name)
}

function refuse(app: string, { guarantee }: Demand, issues: readonly Issue[]): void {
  if (issues.length > 0) throw new MillraceError('APP_DELIVERY', { app, guarantee, count: issues.length }, { issues })
}
