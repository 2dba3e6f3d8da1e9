import { Type } from '@fastify/type-provider-typebox'
import { NewSink, Sink, SinkChange, SinkList, sinkSystems } from '@millrace/api/schemas'
import { checkNewWay } from '../apps/check-delivery.ts'
import { at } from '../http/at.ts'
import { tenantOf } from '../http/authorize.ts'
import { InTurn } from '../in-turn.ts'
import type { KeptWays } from '../live/kept-ways.ts'
import type { Outlet } from '../live/reading/outlet.ts'
import type { Ground } from '../platform-ground.ts'
import { identityOf } from './identity.ts'
import { changedBy, checkConnectorName, theSystem } from './named-system.ts'
import type { SealedSettings } from './sealed-settings.ts'
import { type KeptSink, outgoingOf } from './sink.ts'
import type { Sinks } from './sinks.ts'

export interface SinkRoutes {
  readonly kept: KeptWays<KeptSink>
  readonly sinks: Sinks
  readonly sealed: SealedSettings
  /** What goes out, as it is declared or deployed then; it throws where it is not. */
  readonly outletOf: (sink: KeptSink) => () => Outlet
}

const params = Type.Object({ sink: Type.String({ maxLength: 64 }) })
const readers = { scopes: ['read' as const, 'deploy' as const] }
const writers = { scopes: ['deploy' as const] }

/** A tenant's sinks. Their dead letters are records like others. */
export function addSinkRoutes(ground: Ground, { kept, sinks, sealed, outletOf }: SinkRoutes): void {
  const { http, tenants } = ground
  const changes = new InTurn()
  const shown = async (sink: KeptSink): Promise<Sink> => {
    const { name, system, createdMs } = sink
    const figures = await sinks.figuresOf(sink)
    return { name, of: outgoingOf(sink), identity: identityOf(sink), system, settings: sealed.shown(sink), createdMs, paused: sink.paused === 1, ...figures }
  }
  http.route({
    ...at('listSinks'),
    config: readers,
    schema: { summary: 'Sinks', response: { 200: SinkList } },
    handler: async (request) => ({ items: await Promise.all(kept.list(tenantOf(request, tenants)).map(shown)) }),
  })
  http.route({
    ...at('getSink'),
    config: readers,
    schema: { summary: 'A sink', params, response: { 200: Sink } },
    handler: async (request) => shown(kept.get(tenantOf(request, tenants), request.params.sink)),
  })
  http.route({
    ...at('createSink'),
    config: writers,
    schema: { summary: 'Makes a sink', params, body: NewSink, response: { 201: Sink } },
    handler: async (request, reply) => {
      const { of, from = 'now', ...systems } = request.body
      const tenant = tenantOf(request, tenants)
      const named = { tenant, name: request.params.sink }
      checkConnectorName(named.name)
      const { system, settings } = theSystem(systems, sinkSystems)
      const more = { outgoing: JSON.stringify(of), system, sealed: sealed.seal(settings, named), paused: 0, from, createdMs: Date.now() } as const
      const sink: KeptSink = { ...named, ...more }
      await changes.run(tenant, sink.name, async () => {
        const outlet = outletOf(sink)
        outlet()
        if ('output' in of) checkNewWay(ground, tenant, system, of)
        kept.create(sink)
        try {
          // Of a sink that went with its tenant something may be left.
          await sinks.remove(sink)
          await sinks.start(sink, outlet)
        } catch (error) {
          kept.delete(tenant, sink.name)
          throw error
        }
      })
      return reply.code(201).send(await shown(sink))
    },
  })
  http.route({
    ...at('changeSink'),
    config: writers,
    schema: { summary: 'Changes the settings of a sink, or lets it rest', params, body: SinkChange, response: { 200: Sink } },
    handler: async (request) => {
      const tenant = tenantOf(request, tenants)
      return await changes.run(tenant, request.params.sink, async () => {
        const before = kept.get(tenant, request.params.sink)
        const changed = changedBy(request.body, before, sinkSystems, sealed)
        await sinks.stop(before)
        kept.replace(changed)
        await sinks.start(changed, outletOf(changed))
        return await shown(changed)
      })
    },
  })
  http.route({
    ...at('deleteSink'),
    config: writers,
    schema: { summary: 'Deletes a sink and its dead letters; what it brought stays', params, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      const tenant = tenantOf(request, tenants)
      await changes.run(tenant, request.params.sink, async () => {
        const sink = kept.get(tenant, request.params.sink)
        kept.delete(tenant, sink.name)
        await sinks.remove(sink)
      })
      return reply.code(204).send(null)
    },
  })
}
