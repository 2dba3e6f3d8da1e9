import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { MillraceError } from '@millrace/plan'
import { fastify } from 'fastify'
import type { Caller } from '../../src/access/caller.ts'
import { recordsRoute } from '../../src/gateways/records-route.ts'
import { compileSchema } from '../../src/http/compile-schema.ts'
import { millraceError, problemOf, statusOf } from '../../src/http/problem.ts'
import type { Ground } from './ground.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers
  readonly body: any
}

/** The route over HTTP, for a caller that is known already: tenant `t`, or the one in the header `test-tenant`. */
export async function openHttpGround({ intake, streams }: Ground, idleMs?: number): Promise<{ readonly port: number; close(): Promise<void> }> {
  const http = fastify({ forceCloseConnections: true }).withTypeProvider<TypeBoxTypeProvider>()
  const caller: Caller = { keyId: 'k', tenant: 't', scopes: new Set(['ingest']), device: null }
  http.decorateRequest('caller', null)
  http.decorateRequest('failure', null)
  http.addHook('onRequest', async (request) => {
    request.caller = { ...caller, tenant: String(request.headers['test-tenant'] ?? 't') }
  })
  http.setValidatorCompiler(compileSchema)
  http.setErrorHandler((error, request, reply) => {
    const known = millraceError(error, request.id)
    return reply.code(statusOf(known.code)).send(problemOf(known, request.id))
  })
  await http.register(recordsRoute, {
    intake,
    streams,
    tenantOf: (request) => request.caller?.tenant ?? refuse(),
    onKeyEnded: () => () => {},
    ...(idleMs !== undefined && { idleMs }),
  })
  await http.listen({ port: 0, host: '127.0.0.1' })
  return { port: (http.server.address() as AddressInfo).port, close: () => http.close() }
}

function refuse(): never {
  throw new MillraceError('KEY_REQUIRED')
}

export interface Sent {
  readonly stream?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Pieces of the body, sent one after the other. */
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Called after each piece; true: the connection is cut. */
  readonly cut?: () => boolean
}

/** Sends a body; rejects where the connection broke off. */
export async function post(port: number, { stream = 'readings', headers = {}, pieces, cut = () => false }: Sent): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = request({ port, method: 'POST', path: `/v1/streams/${stream}/records`, headers, agent: false }, (answer) => {
    let text = ''
    answer.setEncoding('utf8')
    answer.on('data', (piece: string) => {
      text += piece
    })
    answer.on('error', reject)
    answer.on('end', () => {
      if (cut()) reject(new Error('the answer was lost'))
      else resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: JSON.parse(text) })
    })
  })
  sent.on('error', reject)
  promise.catch(() => {})
  for await (const piece of pieces) {
    await new Promise<void>((written) => sent.write(piece, () => written()))
    if (!cut()) continue
    sent.destroy()
    reject(new Error('cut'))
    return await promise
  }
  sent.end()
  return await promise
}
