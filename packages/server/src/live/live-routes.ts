import { Type } from '@fastify/type-provider-typebox'
import { RecordsPage, RecordsQuery } from '@millrace/api/schemas'
import type { FastifyReply, FastifyRequest, FastifyTypeProviderDefault } from 'fastify'
import { callerOf } from '../http/authorize.ts'
import type { Http } from '../http/http.ts'
import { Answers, type AnswersOptions, type Ask } from './answers.ts'
import { mediaTypes } from './media-types.ts'
import { places } from './places.ts'
import type { Outlets } from './reading/outlets.ts'

export interface LiveOptions extends AnswersOptions {
  readonly outlets: Outlets
  readonly tenantOf: (request: FastifyRequest) => string
  /** Calls with the id of each key that is refused from now on. */
  readonly onKeyEnded?: (ended: (keyId: string) => void) => void
}

const Follow = Type.Pick(RecordsQuery, ['from', 'fromMs'], { additionalProperties: false })
const Headers = Type.Object({
  'last-event-id': Type.Optional(Type.String({ pattern: '^[0-9]{1,16}$', description: 'Of events: `id` of the last one seen; they go on behind it' })),
})
const text = { schema: Type.String() }
const events = { [mediaTypes.events]: text }
const pages = { [mediaTypes.ndjson]: text, [mediaTypes.json]: { schema: RecordsPage }, [mediaTypes.csv]: text }
const recordsAnswer = { 200: { description: 'Records in their order; `millrace-next` says where the next page begins', content: { ...pages, ...events } } }
const eventsAnswer = { 200: { description: 'Records as they come, as server-sent events', content: events } }

/**
 * Records out: of streams, outputs, late records and dead letters, as pages or, where server-sent events are accepted and at
 * `.../live`, as they come.
 */
export async function liveRoutes(http: Http, { outlets, tenantOf, onKeyEnded, ...options }: LiveOptions): Promise<void> {
  const answers = new Answers(options)
  // What is sent are bytes, not what the schemas say of them.
  const routes = http.withTypeProvider<FastifyTypeProviderDefault>()
  onKeyEnded?.((keyId) => answers.closeKey(keyId))
  http.addHook('preClose', async () => answers.close())
  for (const { url, liveUrl, names, summary, outlet } of places) {
    const askOf = (request: FastifyRequest, isLive: boolean): Ask => ({
      ...(request.query as RecordsQuery),
      accept: isLive ? mediaTypes.events : request.headers.accept,
      lastEventId: request.headers['last-event-id'] as string | undefined,
      url: request.url,
      caller: callerOf(request),
      outlet: outlet(outlets, tenantOf(request), request.params as Readonly<Record<string, string>>),
    })
    const answer = (isLive: boolean) => (request: FastifyRequest, reply: FastifyReply) => answers.answer(askOf(request, isLive), reply)
    const params = Type.Object(Object.fromEntries(names.map((name) => [name, Type.String({ maxLength: 128 })])))
    const schema = { summary, params, headers: Headers }
    const more = { method: 'GET', config: { scopes: ['read'] }, exposeHeadRoute: false } as const
    routes.route({ ...more, url, schema: { ...schema, querystring: RecordsQuery, response: recordsAnswer }, handler: answer(false) })
    if (liveUrl !== undefined)
      routes.route({ ...more, url: liveUrl, schema: { ...schema, querystring: Follow, response: eventsAnswer }, handler: answer(true) })
  }
}
