import { Type } from '@fastify/type-provider-typebox'
import { FileSink as FileSinkAnswer, FileSinkList, NewFileSink } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import { checkNewWay } from '../../apps/check-delivery.ts'
import { at } from '../../http/at.ts'
import { tenantOf } from '../../http/authorize.ts'
import { InTurn } from '../../in-turn.ts'
import type { Ground } from '../../platform-ground.ts'
import type { KeptWays } from '../kept-ways.ts'
import type { Outlets } from '../reading/outlets.ts'
import type { FileSink } from './file-sink.ts'
import type { FileSinks } from './file-sinks.ts'

export interface FileSinkRoutes {
  readonly kept: KeptWays<FileSink>
  /** Null: the server has no folder for files. */
  readonly sinks: FileSinks | null
  readonly outlets: Outlets
  start(sink: FileSink): Promise<void>
}

const params = Type.Object({ sink: Type.String({ maxLength: 64 }) })
const readers = { scopes: ['read' as const, 'deploy' as const] }
const writers = { scopes: ['deploy' as const] }

/** A tenant's file sinks. */
export function addFileSinkRoutes(ground: Ground, { kept, sinks, outlets, start }: FileSinkRoutes): void {
  const { http, tenants } = ground
  const changes = new InTurn()
  const shown = (sink: FileSink): FileSinkAnswer => {
    const { tenant: _, from: _from, ...rest } = sink
    return { ...rest, ...(sinks?.figuresOf(sink) ?? { position: null, files: 0, rows: 0, waiting: null, ended: 'it could not be started' }) }
  }
  http.route({
    ...at('listFileSinks'),
    config: readers,
    schema: { summary: 'File sinks', response: { 200: FileSinkList } },
    handler: async (request) => ({ items: kept.list(tenantOf(request, tenants)).map(shown) }),
  })
  http.route({
    ...at('getFileSink'),
    config: readers,
    schema: { summary: 'A file sink', params, response: { 200: FileSinkAnswer } },
    handler: async (request) => shown(kept.get(tenantOf(request, tenants), request.params.sink)),
  })
  http.route({
    ...at('createFileSink'),
    config: writers,
    schema: { summary: 'Makes a file sink', params, body: NewFileSink, response: { 201: FileSinkAnswer } },
    handler: async (request, reply) => {
      const tenant = tenantOf(request, tenants)
      const { format = 'ndjson', from = 'now', everySeconds = 60, app, output } = request.body
      const sink: FileSink = { tenant, name: request.params.sink, app, output, format, everySeconds, from, createdMs: Date.now() }
      checkFileSinkName(sink.name)
      await changes.run(tenant, sink.name, async () => {
        outlets.output(tenant, app, output)
        if (sinks === null) throw new MillraceError('FILE_SINKS_OFF')
        checkNewWay(ground, tenant, 'files', sink)
        await kept.createStarted(sink, async () => {
          // Of a sink that went with its tenant something may be left.
          await sinks.remove(sink)
          await start(sink)
        })
      })
      return reply.code(201).send(shown(sink))
    },
  })
  http.route({
    ...at('deleteFileSink'),
    config: writers,
    schema: { summary: 'Deletes a file sink; its finished files stay', params, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      const tenant = tenantOf(request, tenants)
      await changes.run(tenant, request.params.sink, async () => {
        const sink = kept.get(tenant, request.params.sink)
        kept.delete(tenant, sink.name)
        await sinks?.remove(sink)
      })
      return reply.code(204).send(null)
    },
  })
}

function checkFileSinkName(name: string): void {
  if (!/^[a-z][a-z0-9_-]{0,63}$/i.test(name)) throw new MillraceError('FILE_SINK_NAME', { sink: name })
}
