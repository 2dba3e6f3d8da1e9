import { Type } from '@fastify/type-provider-typebox'
import { NewSource, Source, SourceChange, SourceList, sourceSystems } from '@millrace/api/schemas'
import { checkNewSource } from '../apps/check-delivery.ts'
import { at } from '../http/at.ts'
import { tenantOf } from '../http/authorize.ts'
import { InTurn } from '../in-turn.ts'
import type { KeptWays } from '../live/kept-ways.ts'
import type { Ground } from '../platform-ground.ts'
import { identityOf } from './identity.ts'
import { changedBy, checkConnectorName, theSystem } from './named-system.ts'
import type { SealedSettings } from './sealed-settings.ts'
import type { KeptSource } from './source.ts'
import type { Sources } from './sources.ts'

export interface SourceRoutes {
  readonly kept: KeptWays<KeptSource>
  readonly sources: Sources
  readonly sealed: SealedSettings
}

const params = Type.Object({ source: Type.String({ maxLength: 64 }) })
const readers = { scopes: ['read' as const, 'deploy' as const] }
const writers = { scopes: ['deploy' as const] }

/** A tenant's sources. */
export function addSourceRoutes(ground: Ground, { kept, sources, sealed }: SourceRoutes): void {
  const { http, tenants, streams } = ground
  const changes = new InTurn()
  const shown = (source: KeptSource): Source => {
    const { name, stream, system, createdMs } = source
    return {
      name,
      stream,
      identity: identityOf(source),
      system,
      settings: sealed.shown(source),
      createdMs,
      paused: source.paused === 1,
      ...sources.figuresOf(source),
    }
  }
  http.route({
    ...at('listSources'),
    config: readers,
    schema: { summary: 'Sources', response: { 200: SourceList } },
    handler: async (request) => ({ items: kept.list(tenantOf(request, tenants)).map(shown) }),
  })
  http.route({
    ...at('getSource'),
    config: readers,
    schema: { summary: 'A source', params, response: { 200: Source } },
    handler: async (request) => shown(kept.get(tenantOf(request, tenants), request.params.source)),
  })
  http.route({
    ...at('createSource'),
    config: writers,
    schema: { summary: 'Makes a source', params, body: NewSource, response: { 201: Source } },
    handler: async (request, reply) => {
      const { stream, ...systems } = request.body
      const tenant = tenantOf(request, tenants)
      const named = { tenant, name: request.params.source }
      checkConnectorName(named.name)
      const { system, settings } = theSystem(systems, sourceSystems)
      const source: KeptSource = { ...named, stream, system, sealed: sealed.seal(settings, named), paused: 0, createdMs: Date.now() }
      await changes.run(tenant, source.name, async () => {
        checkNewSource(ground, tenant, system, streams.get(tenant, stream))
        kept.create(source)
        try {
          // Of a source that went with its tenant something may be left.
          await sources.remove(source)
          await sources.start(source)
        } catch (error) {
          kept.delete(tenant, source.name)
          throw error
        }
      })
      return reply.code(201).send(shown(source))
    },
  })
  http.route({
    ...at('changeSource'),
    config: writers,
    schema: { summary: 'Changes the settings of a source, or lets it rest', params, body: SourceChange, response: { 200: Source } },
    handler: async (request) => {
      const tenant = tenantOf(request, tenants)
      return await changes.run(tenant, request.params.source, async () => {
        const before = kept.get(tenant, request.params.source)
        const changed = changedBy(request.body, before, sourceSystems, sealed)
        await sources.stop(before)
        kept.replace(changed)
        await sources.start(changed)
        return shown(changed)
      })
    },
  })
  http.route({
    ...at('deleteSource'),
    config: writers,
    schema: { summary: 'Deletes a source, and how far it came', params, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      const tenant = tenantOf(request, tenants)
      await changes.run(tenant, request.params.source, async () => {
        const source = kept.get(tenant, request.params.source)
        kept.delete(tenant, source.name)
        await sources.remove(source)
      })
      return reply.code(204).send(null)
    },
  })
}
