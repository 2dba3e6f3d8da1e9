import { type SourceSystem, sinkSystems, sourceSystems, type WayIn } from '@millrace/api/schemas'
import { type Demand, isNamed } from '@millrace/plan'
import { type KeptSink, outgoingOf, sinkKind } from '../connectors/sink.ts'
import { type MadeSource, waysIn } from '../gateways/ways-in.ts'
import { fileSinkKind } from '../live/file-sinks/file-sink.ts'
import { KeptWays, type Way } from '../live/kept-ways.ts'
import { type MadeSink, type MadeWays, waysOut } from '../live/ways-out.ts'
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
    ofStream: (stream) => openWaysIn(ground, tenant, stream, demand.waysIn === undefined ? [] : anySources).filter(({ name }) => isNamed(name, demand.waysIn)),
    ofOutput: (output) => waysOut(ground.settings, counted(output)).filter(({ name }) => isNamed(name, demand.waysOut)),
  }
}

/** Ways that a demand may name before there is one. */
export const anySources: readonly MadeSource[] = sourceSystems.map((system) => ({ system, name: null }))
export const anySinks: readonly MadeSink[] = sinkSystems.map((system) => ({ system, name: null }))

/** `possible`: those of them of whose systems there is no source. */
function openWaysIn({ streams, settings, control }: WaysGround, tenant: string, stream: string, possible: readonly MadeSource[] = []): readonly WayIn[] {
  const declared = streams.find(tenant, stream)
  if (declared === null) return []
  const made = sourcesOf(control, tenant, stream)
  return waysIn(declared.node, settings, [...made, ...possible.filter(({ system }) => made.every((one) => one.system !== system))])
}

/** The sources of a stream. */
export function sourcesOf(control: WaysGround['control'], tenant: string, stream: string): readonly MadeSource[] {
  const made = control.all('SELECT system, name FROM sources WHERE tenant = ? AND stream = ? ORDER BY name', tenant, stream)
  return made.map((row) => ({ system: row['system'] as SourceSystem, name: String(row['name']) }))
}

function madeOf({ control }: WaysGround, tenant: string, app: string, history: boolean): (output: string) => MadeWays {
  const webhooks = namesByOutput(new KeptWays(control, webhookKind).list(tenant), app)
  const files = namesByOutput(new KeptWays(control, fileSinkKind).list(tenant), app)
  const sinks = new KeptWays(control, sinkKind).list(tenant)
  return (output) => ({
    webhooks: webhooks.get(output) ?? [],
    files: files.get(output) ?? [],
    sinks: sinks.filter((sink) => isOf(sink, app, output)),
    history,
  })
}

function namesByOutput(ways: readonly Way[], app: string): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>()
  for (const way of ways) if (way.app === app) names.set(way.output, [...(names.get(way.output) ?? []), way.name])
  return names
}

function isOf(sink: KeptSink, app: string, output: string): boolean {
  const of = outgoingOf(sink)
  return 'output' in of && of.app === app && of.output === output
}

function orAny({ webhooks, files, sinks, history }: MadeWays): MadeWays {
  const possible = anySinks.filter(({ system }) => sinks.every((one) => one.system !== system))
  return { webhooks: webhooks.length > 0 ? webhooks : [null], files: files.length > 0 ? files : [null], sinks: [...sinks, ...possible], history }
}
