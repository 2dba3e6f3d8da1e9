import { Type } from '@fastify/type-provider-typebox'
import type { Retention } from '@millrace/api/schemas'
import { PageQuery, Stream, StreamDeclarationRequest, StreamPage, StreamVersions } from '@millrace/api/schemas'
import type { Log } from '@millrace/log'
import { limits, MillraceError, type StreamNode } from '@millrace/plan'
import { messageIdIssues } from '../apps/check-delivery.ts'
import { sourcesOf } from '../apps/current-ways.ts'
import { deadRecordsIssues } from '../dead-letters/dead-records.ts'
import { deadStream, replayedStream } from '../dead-letters/kept-letter.ts'
import { waysIn } from '../gateways/ways-in.ts'
import { at } from '../http/at.ts'
import { tenantOf } from '../http/authorize.ts'
import { checkIfMatch, etagOf } from '../http/etag.ts'
import { InTurn } from '../in-turn.ts'
import type { Ground } from '../platform-ground.ts'
import { declarationIssues } from './check-declaration.ts'
import { compatibilityIssues } from './compatibility.ts'
import { eraseStream } from './erase-stream.ts'
import { readerIssues } from './readers.ts'
import type { DeclaredStream } from './streams.ts'

const params = Type.Object({ stream: Type.String({ maxLength: limits.nameLength }) })
const readers = { scopes: ['read' as const, 'deploy' as const] }
const writers = { scopes: ['deploy' as const] }

/** A tenant's streams and the versions of their schemas. */
export function addStreamRoutes(ground: Ground): void {
  const { http, log, tenants, streams, apps, history } = ground
  const changes = new InTurn()
  http.route({
    ...at('listStreams'),
    config: readers,
    schema: { querystring: PageQuery, response: { 200: StreamPage } },
    handler: async (request) => {
      const { items, next } = streams.list(tenantOf(request, tenants), request.query)
      return { items: items.map((stream) => shown(stream, ground)), next }
    },
  })
  http.route({
    ...at('getStream'),
    config: readers,
    schema: { params, response: { 200: Stream } },
    handler: async (request, reply) => {
      const stream = shown(streams.get(tenantOf(request, tenants), request.params.stream), ground)
      return reply.header('etag', etagOfStream(stream)).send(stream)
    },
  })
  http.route({
    ...at('listStreamVersions'),
    config: readers,
    schema: { params, querystring: PageQuery, response: { 200: StreamVersions } },
    handler: async (request) => {
      const { tenant, name } = streams.get(tenantOf(request, tenants), request.params.stream)
      return streams.versions(tenant, name, request.query)
    },
  })
  http.route({
    ...at('declareStream'),
    config: writers,
    schema: { params, body: StreamDeclarationRequest, response: { 200: Stream, 201: Stream } },
    handler: async (request, reply) => {
      const tenant = tenantOf(request, tenants)
      const { stream } = request.params
      const { declaration, retention, history: choice } = request.body
      return await changes.run(tenant, stream, async () => {
        const before = streams.find(tenant, stream)
        checkIfMatch(request, before === null ? null : etagOfStream(shown(before, ground)), `stream ${stream}`)
        checkDeclaration(stream, declaration)
        // What a namesake left whose deletion broke off is not this one's.
        if (before === null) await eraseStream(ground, tenant, stream)
        if (before === null) checkQuota(tenants.get(tenant).quotas.streams, streams.count(tenant))
        else checkChange(before, declaration, ground)
        const kept = retention ?? before?.retention ?? keepAll
        const declared = streams.declare(tenant, stream, declaration, kept)
        await history.followStream(tenant, stream, choice)
        await setRetention(log, tenant, stream, kept)
        const answer = shown(declared, ground)
        return reply
          .code(before === null ? 201 : 200)
          .header('etag', etagOfStream(answer))
          .send(answer)
      })
    },
  })
  http.route({
    ...at('deleteStream'),
    config: writers,
    schema: { params, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      const tenant = tenantOf(request, tenants)
      const { stream: name } = request.params
      return await changes.run(tenant, name, async () => {
        const stream = streams.get(tenant, name)
        checkIfMatch(request, etagOfStream(shown(stream, ground)), `stream ${name}`)
        const used = apps.all(tenant).filter(({ plan }) => Object.hasOwn(plan.streams, name))
        if (used.length > 0) throw new MillraceError('STREAM_USED', { stream: name, apps: used.map((app) => app.name).join(', ') })
        // At once: no app that reads it comes in between.
        streams.delete(tenant, name)
        await eraseStream(ground, tenant, name)
        return reply.code(204).send(null)
      })
    },
  })
}

/** Dead letters go when records of their age would; which were replayed is known at least as long. */
async function setRetention(log: Log, tenant: string, stream: string, kept: Retention): Promise<void> {
  await log.setRetention(tenant, stream, kept)
  await log.setRetention(tenant, deadStream(stream), kept)
  await log.setRetention(tenant, replayedStream(stream), { ...kept, maxBytes: null })
}

/** Of all that can be changed of it. */
function etagOfStream({ figures: _, waysIn: _ways, ...changeable }: Stream): string {
  return etagOf(changeable)
}

const keepAll: Retention = { maxAgeMs: null, maxBytes: null }

function shown({ tenant, name, version, declaredMs, node, retention }: DeclaredStream, { log, control, history, settings }: Ground): Stream {
  const found = log.stream(tenant, name)
  const { records: rows = 0, bytes = 0, firstSequence = null, lastSequence = null, lastIngestionMs = null, droppedUpTo = 0 } = found ?? {}
  return {
    name,
    version,
    declaredMs,
    declaration: node,
    retention,
    figures: { rows, bytes, firstSequence, lastSequence, lastIngestionMs, droppedUpTo, droppedRows: found?.droppedRecords ?? 0 },
    history: history.stateOfStream(tenant, name),
    waysIn: waysIn(node, settings, sourcesOf(control, tenant, name)),
  }
}

function checkDeclaration(stream: string, declaration: StreamNode): void {
  const wrong = declarationIssues(stream, declaration)
  const issues = (wrong.length > 0 ? wrong : deadRecordsIssues(stream, declaration)).map((found) => ({
    ...found,
    path: found.path === '' ? 'declaration' : `declaration.${found.path}`,
  }))
  if (issues.length > 0) throw new MillraceError('STREAM_INVALID', { stream, count: issues.length }, { issues })
}

function checkQuota(limit: number | null, count: number): void {
  if (limit !== null && count >= limit) throw new MillraceError('TENANT_QUOTA', { limit, what: 'stream(s)' })
}

function checkChange({ tenant, name, node }: DeclaredStream, declaration: StreamNode, ground: Ground): void {
  const read = readerIssues(name, declaration, ground.apps.all(tenant))
  const issues = [...compatibilityIssues(node, declaration), ...read, ...messageIdIssues(ground, tenant, name, declaration)]
  if (issues.length > 0) throw new MillraceError('STREAM_INCOMPATIBLE', { stream: name, count: issues.length }, { issues })
}
