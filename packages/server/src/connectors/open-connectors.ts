import { currentOutlets } from '../live/current-outlets.ts'
import { KeptWays } from '../live/kept-ways.ts'
import { Encoders } from '../live/reading/encoders.ts'
import type { Outlet } from '../live/reading/outlet.ts'
import type { Outlets } from '../live/reading/outlets.ts'
import { steadyPace } from '../live/webhooks/system-pace.ts'
import type { OpenPart } from '../platform-ground.ts'
import { rangesOf } from '../settings/cross-checks.ts'
import { SealedSettings } from './sealed-settings.ts'
import { type KeptSink, outgoingOf, sinkKind } from './sink.ts'
import { addSinkRoutes } from './sink-routes.ts'
import { Sinks } from './sinks.ts'
import { sourceKind } from './source.ts'
import { addSourceRoutes } from './source-routes.ts'
import { Sources } from './sources.ts'
import { TenantThreads } from './tenant-threads.ts'

/** Records from systems outside, and results to them, where tenants made sources and sinks. */
export const openConnectors: OpenPart = async (ground) => {
  const { log, control, settings, logger, intake, streams, erasure, metrics, secret } = ground
  const threads = new TenantThreads({ allow: rangesOf(settings.outgoingAllow), logger })
  const sealed = new SealedSettings(secret)
  const pace = steadyPace
  const sources = new Sources({ log, intake, streams, threads, settings: sealed, pace })
  const sinks = new Sinks({ log, threads, settings: sealed, encoders: new Encoders(), pace, maxRows: 2000, waitMs: 30_000 })
  const keptSources = new KeptWays(control, sourceKind)
  const keptSinks = new KeptWays(control, sinkKind)
  const outlets = currentOutlets(ground)
  const outletOf = (sink: KeptSink) => (): Outlet => currentOutlet(sink, keptSinks, outlets)
  addSourceRoutes(ground, { kept: keptSources, sources, sealed })
  addSinkRoutes(ground, { kept: keptSinks, sinks, sealed, outletOf })
  metrics.connectors.look = () => ({ sources: sources.looked(), sinks: sinks.looked() })
  erasure.on(async (tenant) => {
    await Promise.all([sources.stopAll(tenant), sinks.stopAll(tenant)])
  })
  for (const source of keptSources.all())
    await sources.start(source).catch((err: unknown) => logger.error({ tenant: source.tenant, source: source.name, err }, 'source does not run'))
  for (const sink of keptSinks.all())
    await sinks.start(sink, outletOf(sink)).catch((err: unknown) => logger.error({ tenant: sink.tenant, sink: sink.name, err }, 'sink does not run'))
  return {
    close: async () => {
      await Promise.all([sources.stopAll(), sinks.stopAll()])
    },
  }
}

/** What of a sink goes out now; what it reads later is by what is declared and deployed then. Throws where the sink is no longer the one that was made. */
function currentOutlet(sink: KeptSink, kept: KeptWays<KeptSink>, outlets: Outlets): Outlet {
  const { tenant, stream } = outgoing(sink, outlets)
  return {
    tenant,
    stream,
    read: (piece) => {
      kept.check(sink)
      return outgoing(sink, outlets).read(piece)
    },
  }
}

function outgoing(sink: KeptSink, outlets: Outlets): Outlet {
  const { tenant } = sink
  const of = outgoingOf(sink)
  if ('output' in of) return outlets.output(tenant, of.app, of.output)
  if ('late' in of) return outlets.late(tenant, of.app, of.late)
  return 'deadLetters' in of ? outlets.deadLetters(tenant, of.deadLetters) : outlets.raw(tenant, of.stream)
}
