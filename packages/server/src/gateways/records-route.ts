import type { IncomingMessage } from 'node:http'
import { Type } from '@fastify/type-provider-typebox'
import { IntakeHeaders, IntakeReceipt } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import type { FastifyRequest } from 'fastify'
import { at } from '../http/at.ts'
import { callerOf } from '../http/authorize.ts'
import type { Http } from '../http/http.ts'
import type { Intake } from '../intake/intake.ts'
import type { StreamRegistry } from '../streams/stream-registry.ts'
import { OpenConnections } from './open-connections.ts'
import { receiveBody } from './receive-body.ts'
import { formatOf, isCompressed, producerOf } from './records-headers.ts'

export interface RecordsRouteOptions {
  readonly intake: Intake
  readonly streams: StreamRegistry
  readonly tenantOf: (request: FastifyRequest) => string
  /** A body of which nothing comes for so long is ended: it holds up others. Default 30 s. */
  readonly idleMs?: number
  /** Calls with the id of each key that is refused from now on; answers how to stop that. */
  readonly onKeyEnded: (ended: (keyId: string) => void) => () => void
}

const retryable: ReadonlySet<string> = new Set(['INTAKE_BUSY', 'INTAKE_PARTIAL', 'LOG_BUSY', 'LOG_DISK_FULL'])
const retryAfterSeconds = 1

/**
 * Records in: NDJSON, a JSON array, objects one after the other, or CSV, gzip or not, of any length. Answered once they are durable.
 * Errors: STREAM_UNKNOWN, INTAKE_, FORMAT_ and GZIP_ codes, and those of the log.
 */
export async function recordsRoute(http: Http, { intake, streams, tenantOf, onKeyEnded, idleMs = 30_000 }: RecordsRouteOptions): Promise<void> {
  const open = new OpenConnections(Number.POSITIVE_INFINITY)
  http.addHook(
    'onClose',
    onKeyEnded((keyId) => open.endKey(keyId)),
  )
  // The body is read as it comes, whatever it is called.
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  http.route({
    ...at('sendRecords'),
    config: { scopes: ['ingest'], audit: false, limited: false },
    schema: {
      summary: 'Send records to a stream',
      params: Type.Object({ stream: Type.String({ maxLength: 128 }) }),
      headers: IntakeHeaders,
      response: { 200: IntakeReceipt },
    },
    handler: async (request, reply) => {
      try {
        return await receive(request, request.params.stream)
      } catch (error) {
        if (error instanceof MillraceError && retryable.has(error.code)) reply.header('retry-after', retryAfterSeconds)
        throw error
      }
    },
  })

  async function receive(request: FastifyRequest, name: string): Promise<IntakeReceipt> {
    const stream = streams.find(tenantOf(request), name)
    if (stream === null) throw new MillraceError('STREAM_UNKNOWN', { stream: name })
    const { raw } = request
    const { headers } = raw
    const caller = callerOf(request)
    const isPacked = isCompressed(headers)
    const options = { format: formatOf(headers), producer: producerOf(raw, caller) }
    const body = intake.open(stream, options)
    // A body that is there as a whole is still answered.
    const ended = open.add(stream.tenant, caller.keyId, () => raw.destroy())
    return await receiveBody(coming(raw, idleMs), isPacked, body).finally(ended)
  }
}

/** The body, as long as it comes; the time that it is not read does not count. */
async function* coming(raw: IncomingMessage, idleMs: number): AsyncGenerator<Uint8Array> {
  const wait = (): NodeJS.Timeout => setTimeout(() => raw.destroy(), idleMs)
  let timer = wait()
  try {
    for await (const piece of raw) {
      clearTimeout(timer)
      yield piece
      timer = wait()
    }
  } finally {
    clearTimeout(timer)
  }
}
