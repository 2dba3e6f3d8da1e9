import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify'
import type { Needed } from '../access/allows.ts'
import type { Caller } from '../access/caller.ts'

/** The server's routes, typed by their schemas. */
export type Http = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, TypeBoxTypeProvider>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; the server does not start with one that does not say. */
    readonly scopes?: Needed
    /** False: calls are not audited, as there are too many (records in); true: they are, though nothing is changed. Default: all but GET are. */
    readonly audit?: boolean
    /** False: nothing of what the server keeps is changed, and a backup need not be waited for. Default: all but GET change something. */
    readonly changes?: false
    /** False: how often a key calls is limited by other means (quotas on records). Default: as the settings say. */
    readonly limited?: false
  }
  interface FastifyRequest {
    /** Null: the route is public. */
    caller: Caller | null
    /** Code of the error that was answered. */
    failure: string | null
  }
}
