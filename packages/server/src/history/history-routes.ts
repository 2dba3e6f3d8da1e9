import { Type } from '@fastify/type-provider-typebox'
import { Analyses, AnalysisRun, HistoryAnswer, HistoryQuery, HistoryTables } from '@millrace/api/schemas'
import { type AnalysisValues, analyses, type QueryAnswer, type QueryOptions } from '@millrace/history'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { at } from '../http/at.ts'
import { tenantOf } from '../http/authorize.ts'
import type { Ground } from '../platform-ground.ts'
import { answerFormat, answerTypes } from './answer-formats.ts'
import { jsonAnswer } from './json-answer.ts'
import { shownAnalysis } from './shown-analysis.ts'

const bytes = { schema: Type.Unsafe<Uint8Array>({ type: 'string', contentEncoding: 'binary' }) }
const { json, ...others } = answerTypes
const files = Object.fromEntries(Object.values(others).map((type) => [type, bytes]))
const answered = {
  200: {
    description: 'The answer, in the format that is accepted; `millrace-truncated` of files says whether there are more rows than the limits let through',
    content: { [json]: { schema: HistoryAnswer }, ...files },
  },
}
/** They only read; what is asked stands in a body as it may be long. */
const reading = { scopes: ['read' as const], audit: false as const, changes: false as const }

type Asked = Pick<HistoryQuery, 'query' | 'limits'>

/** SQL over what a tenant kept. */
export function addHistoryRoutes(ground: Ground): void {
  addTableRoutes(ground)
  addQueryRoutes(ground)
}

function addTableRoutes({ http, tenants, history }: Ground): void {
  http.route({
    ...at('listTables'),
    config: { scopes: ['read'] },
    schema: { response: { 200: HistoryTables } },
    handler: async (request) => {
      const tables = history.history.streams(tenantOf(request, tenants)).map(({ stream, tenant: _, position: __, ...table }) => ({ name: stream, ...table }))
      return { items: tables.sort((a, b) => (a.name < b.name ? -1 : 1)) }
    },
  })
  http.route({
    ...at('listAnalyses'),
    config: { scopes: ['read'] },
    schema: { response: { 200: Analyses } },
    handler: async () => ({ items: analyses.map(shownAnalysis) }),
  })
}

function addQueryRoutes(ground: Ground): void {
  const { http, tenants, history } = ground
  http.route({
    ...at('queryHistory'),
    config: reading,
    schema: { body: HistoryQuery, response: answered },
    handler: (request, reply) => {
      const { sql, params = {} } = request.body
      return answer(ground, request, reply, request.body, (tenant, options) => history.history.query(tenant, sql, { ...options, params }))
    },
  })
  http.route({
    ...at('runAnalysis'),
    config: reading,
    schema: { params: Type.Object({ analysis: Type.String({ maxLength: 64 }) }), body: AnalysisRun, response: answered },
    handler: (request, reply) => {
      const { analysis } = request.params
      const values = request.body.values as AnalysisValues
      return answer(ground, request, reply, request.body, (tenant, options) => history.history.analyse(tenant, analysis, values, options))
    },
  })
  http.route({
    ...at('cancelQuery'),
    config: { scopes: ['read'] },
    schema: { params: Type.Object({ query: Type.String({ maxLength: 64 }) }), response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      history.queries.cancel(tenantOf(request, tenants), request.params.query)
      return reply.code(204).send(null)
    },
  })
}

/** A query whose asker has gone is ended. */
async function answer(
  { tenants, history, metrics }: Ground,
  request: FastifyRequest,
  reply: FastifyReply,
  { query, limits = {} }: Asked,
  ask: (tenant: string, options: QueryOptions) => Promise<QueryAnswer>,
): Promise<Uint8Array> {
  const tenant = tenantOf(request, tenants)
  const format = answerFormat(request.headers.accept)
  const began = Date.now()
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  const { rows: maxRows, ...less } = limits
  const bounds = { ...less, ...(maxRows !== undefined && { maxRows }) }
  const found = await metrics.history.counted(history.queries.run(tenant, query, gone.signal, (signal) => ask(tenant, { format, limits: bounds, signal })))
  reply.header('content-type', answerTypes[format]).header('millrace-rows', found.rows).header('millrace-truncated', String(found.truncated))
  const { buffer, byteOffset, length } = found.bytes
  return format === 'json' ? jsonAnswer(found, Date.now() - began) : Buffer.from(buffer, byteOffset, length)
}
