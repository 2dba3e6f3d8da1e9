import type { WayIn } from '@millrace/api/schemas'
import { type Demand, isNamed } from '@millrace/plan'
import { waysIn } from '../gateways/ways-in.ts'
import { fileSinkKind } from '../live/file-sinks/file-sink.ts'
import { KeptWays, type Way } from '../live/kept-ways.ts'
import { type MadeWays, waysOut } from '../live/ways-out.ts'
import { webhookKind } from '../live/webhooks/webhook.ts'
import type { Ground } from '../platform-ground.ts'
import type { Ways } from './delivery-paths.ts'

export type WaysGround = Pick<Ground, 'streams' | 'settings' | 'control' | 'history'>

/** The ways into a tenant's streams and out of an app: what the server has open, and what the tenant made. */
export function currentWays(ground: WaysGround, tenant: string, app: string): Ways {
  const made = madeOf(ground, tenant, app, ground.history.stateOfApp(tenant, app).keep)
  return { ofStream: (stream) => openWaysIn(ground, tenant, stream), ofOutput: (output) => waysOut(ground.settings, made(output)) }
}

/** Those that a demand is about, where the history keeps the app's results or not. What the demand names counts before anything was made for it. */
export function demandedWays(ground: WaysGround, tenant: string, app: string, demand: Demand, keep: boolean): Ways {
  const made = madeOf(ground, tenant, app, keep)
  const counted = demand.waysOut === undefined ? made : (output: string) => orAny(made(output))
  return {
    ofStream: (stream) => openWaysIn(ground, tenant, stream).filter(({ name }) => isNamed(name, demand.waysIn)),
    ofOutput: (output) => waysOut(ground.settings, counted(output)).filter(({ name }) => isNamed(name, demand.waysOut)),
  }
}

function openWaysIn({ streams, settings }: WaysGround, tenant: string, stream: string): readonly WayIn[] {
  const declared = streams.find(tenant, stream)
  return declared === null ? [] : waysIn(declared.node, settings)
}

function madeOf({ control }: WaysGround, tenant: string, app: string, history: boolean): (output: string) => MadeWays {
  const webhooks = namesByOutput(new KeptWays(control, webhookKind).list(tenant), app)
  const files = namesByOutput(new KeptWays(control, fileSinkKind).list(tenant), app)
  return (output) => ({ webhooks: webhooks.get(output) ?? [], files: files.get(output) ?? [], history })
}

function namesByOutput(ways: readonly Way[], app: string): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>()
  for (const way of ways) if (way.app === app) names.set(way.output, [...(names.get(way.output) ?? []), way.name])
  return names
}

function orAny({ webhooks, files, history }: MadeWays): MadeWays {
  return { webhooks: webhooks.length > 0 ? webhooks : [null], files: files.length > 0 ? files : [null], history }
}
