import { randomUUID } from 'node:crypto'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { planSchemas } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import { type FastifyBaseLogger, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify'
import type { Access } from '../access/caller.ts'
import type { Changes } from '../backup/changes.ts'
import type { Audit } from '../control/audit.ts'
import type { Idempotency } from '../control/idempotency.ts'
import type { Refusals } from '../control/refusals.ts'
import { handshakeTimeout } from '../gateways/listen.ts'
import type { Settings } from '../settings/settings.ts'
import { readTls } from '../settings/tls.ts'
import { methodsAt } from './allowed-methods.ts'
import { auditRequest } from './audit-request.ts'
import { authorize } from './authorize.ts'
import { limitBodies } from './bodies-at-once.ts'
import { compileSchema } from './compile-schema.ts'
import { declareScopes } from './declare-scopes.ts'
import { describe } from './describe.ts'
import { holdForBackups } from './hold-for-backups.ts'
import type { Http } from './http.ts'
import { answerOnce } from './idempotent-requests.ts'
import { checkDepth } from './json-body.ts'
import { millraceError, problemOf, statusOf } from './problem.ts'
import { endSlow } from './slow-requests.ts'
import { TokenBuckets } from './token-buckets.ts'
import { leavesBodyUnread } from './unread-body.ts'
import { answerUnreadable } from './unreadable-requests.ts'
import { closeUnused } from './unused-connections.ts'

export interface HttpContext {
  readonly settings: Settings
  readonly access: Access
  readonly audit: Audit
  readonly refusals: Refusals
  readonly changes: Changes
  readonly idempotency: Idempotency
  readonly logger: FastifyBaseLogger
}

/** A server without routes: who may call is checked, answers and errors have their form. It does not listen yet. */
export async function openHttp(context: HttpContext): Promise<Http> {
  const { settings, access, audit, refusals, logger } = context
  const http = newServer(settings, logger)
  const buckets = new TokenBuckets(settings.requestsPerSecond, settings.requestsPerSecond * burstSeconds)
  http.decorateRequest('caller', null)
  http.decorateRequest('failure', null)
  declareScopes(http)
  http.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', request.id)
    // Anybody may ask for what is not there: no body is read for that.
    if (request.is404) return answerUnknown(request, reply)
    authorize(request, reply, access, buckets, settings.requestsPerSecond)
  })
  let closing = false
  http.addHook('preClose', async () => {
    closing = true
  })
  http.addHook('onSend', async (request, reply) => {
    // A connection that is kept would hold up the end.
    if (closing) reply.header('connection', 'close')
    auditRequest(audit, refusals, request, reply)
  })
  closeUnused(http)
  limitBodies(http, settings.requestBytes)
  endSlow(http, settings.requestSeconds)
  answerOnce(http, context.idempotency)
  holdForBackups(http, context.changes)
  takeJson(http, settings)
  http.setErrorHandler((error, request, reply) => answerProblem(error, request, reply))
  http.setNotFoundHandler((request, reply) => answerUnknown(request, reply))
  http.setValidatorCompiler(compileSchema)
  // Answers are typed by their schemas already; what a serializer would leave out silently is a fault to be seen.
  http.setSerializerCompiler(() => JSON.stringify)
  for (const schema of planSchemas) http.addSchema(schema)
  await describe(http)
  return http
}

const burstSeconds = 10

function newServer(settings: Settings, loggerInstance: FastifyBaseLogger): Http {
  const tls = readTls(settings)
  const options = {
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: settings.requestBytes,
    clientErrorHandler: answerUnreadable,
    // Of addresses that cannot be read, before there is a route.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void answerProblem(error, request, reply),
    connectionTimeout: 120_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: 'idle' as const,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 256 },
  }
  const requestMs = settings.requestSeconds * 1000
  // One that sends its headers byte by byte does not hold a connection for ever.
  const times = { headersTimeout: requestMs, requestTimeout: 0, connectionsCheckingInterval: Math.min(5000, requestMs) }
  const server: unknown =
    tls === null ? fastify({ ...options, http: times }) : fastify({ ...options, https: { ...times, ...tls, handshakeTimeout, minVersion: 'TLSv1.2' } })
  // Over TLS or not, routes see the same.
  return (server as FastifyInstance).withTypeProvider<TypeBoxTypeProvider>()
}

function takeJson(http: Http, { requestDepth }: Settings): void {
  const parse = http.getDefaultJsonParser('error', 'error')
  http.removeAllContentTypeParsers()
  http.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    try {
      checkDepth(text, requestDepth)
    } catch (error) {
      done(error as Error)
      return
    }
    // A request whose body may be left out is often sent with the type of one.
    if (text === '') done(null, undefined)
    else void parse(request, text, done)
  })
}

function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { method } = request
  const [path = ''] = request.url.split('?')
  const allowed = methodsAt(path).join(', ')
  if (allowed === '') return answerProblem(new MillraceError('ROUTE_UNKNOWN', { method, path }), request, reply)
  return answerProblem(new MillraceError('METHOD_UNKNOWN', { method, path, allowed }), request, reply.header('allow', allowed))
}

function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = millraceError(error, request.id)
  const status = statusOf(known.code)
  request.failure = known.code
  if (leavesBodyUnread(request)) reply.header('connection', 'close')
  const { retryAfterSeconds } = known.context
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
  const tenant = request.caller?.tenant ?? null
  if (status >= 500) request.log.error({ requestId: request.id, tenant, code: known.code, err: known.cause ?? known }, 'request failed')
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(known, request.id)))
}
