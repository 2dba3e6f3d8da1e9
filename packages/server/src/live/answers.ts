import { Readable } from 'node:stream'
import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { FastifyReply } from 'fastify'
import type { Caller } from '../access/caller.ts'
import { eventStream } from './following/event-stream.ts'
import { type Follower, Followers } from './following/followers.ts'
import { formatOf, type LiveFormat, mediaTypes } from './media-types.ts'
import { nextUrl } from './next-url.ts'
import { type Begin, beginPosition } from './reading/begin-position.ts'
import { Encoders } from './reading/encoders.ts'
import type { Outlet } from './reading/outlet.ts'
import { readPage } from './reading/page.ts'
import { pageBody } from './reading/page-body.ts'

export interface AnswersOptions {
  readonly log: Log
  /** Silence after which a heartbeat is sent. Default 15 s. */
  readonly heartbeatMs?: number
  /** A reader that takes nothing for so long is disconnected. Default 60 s; longer than heartbeats are apart. */
  readonly stalledMs?: number
  /** How often one key may follow or wait for records at a time. Default 100. */
  readonly maxFollowersPerKey?: number
  /** Whether the key of one who follows is still good: who was revoked sees no more. Default: it is. */
  readonly isValid?: (caller: Caller) => boolean
}

/** What somebody asked for. */
export interface Ask {
  readonly outlet: Outlet
  readonly from?: number | 'begin' | 'now'
  readonly fromMs?: number
  readonly limit?: number
  readonly waitMs?: number
  readonly accept: string | undefined
  readonly lastEventId: string | undefined
  readonly url: string
  readonly caller: Caller
}

const defaultLimit = 1000

/** Answers with records: pages and events. */
export class Answers {
  private readonly log: Log
  private readonly heartbeatMs: number
  private readonly stalledMs: number
  private readonly followers: Followers
  private readonly isValid: (caller: Caller) => boolean
  private readonly encoders = new Encoders()

  constructor({ log, heartbeatMs = 15_000, stalledMs = 60_000, maxFollowersPerKey = 100, isValid = () => true }: AnswersOptions) {
    this.log = log
    this.heartbeatMs = heartbeatMs
    this.stalledMs = stalledMs
    this.isValid = isValid
    this.followers = new Followers(maxFollowersPerKey)
  }

  /** Throws what `beginPosition`, `formatOf` and `Followers.open` throw. */
  async answer(ask: Ask, reply: FastifyReply): Promise<FastifyReply> {
    const format = formatOf(ask.accept)
    reply.header('vary', 'accept').header('cache-control', 'no-store')
    const begin = beginOf(ask, format)
    const from = await this.position(ask.outlet, begin, reply)
    if (format !== 'events' && (ask.waitMs ?? 0) === 0) return this.page(ask, format, begin, from, new AbortController().signal, reply)
    const follower = this.followers.open(ask.caller.keyId)
    reply.raw.on('close', () => follower.close())
    // It may have gone away while its position was looked for.
    if (reply.raw.destroyed) follower.close()
    if (format === 'events') return this.events(ask, begin, from, follower, reply)
    try {
      return await this.page(ask, format, begin, from, follower.signal, reply)
    } finally {
      follower.close()
    }
  }

  /** Ends what follows or waits by a key: it is refused from now on. */
  closeKey(keyId: string): void {
    this.followers.closeKey(keyId)
  }

  /** Ends all that follow or wait. */
  close(): void {
    this.followers.closeAll()
  }

  private async position(outlet: Outlet, begin: Begin, reply: FastifyReply): Promise<number> {
    try {
      return await beginPosition(this.log, outlet, begin)
    } catch (error) {
      if (error instanceof MillraceError && error.code === 'RECORDS_DROPPED') reply.header('millrace-oldest', error.context['oldest'])
      throw error
    }
  }

  private async page(ask: Ask, format: Exclude<LiveFormat, 'events'>, begin: Begin, from: number, signal: AbortSignal, reply: FastifyReply) {
    const { outlet, url, limit = defaultLimit, waitMs = 0 } = ask
    const page = await readPage(this.log, outlet, from, isClaim(begin), { limit, waitMs, signal, sameFields: format === 'csv' })
    if (!this.isValid(ask.caller)) throw new MillraceError('KEY_REQUIRED')
    const body = pageBody(page, format, this.encoders)
    // A connection that stayed open would hold up the end of the server.
    if (signal.aborted) reply.header('connection', 'close')
    reply.header('millrace-next', page.next).header('link', `<${nextUrl(url, page.next)}>; rel="next"`)
    if (page.missed > 0) reply.header('millrace-missed', page.missed)
    this.guard(reply)
    return reply.type(mediaTypes[format]).send(Readable.from(body, { highWaterMark: 1 }))
  }

  private events({ outlet, caller }: Ask, begin: Begin, from: number, { signal }: Follower, reply: FastifyReply): FastifyReply {
    const { log, encoders, heartbeatMs } = this
    this.guard(reply)
    const body = eventStream({ log, outlet, from, isClaim: isClaim(begin), encoders, heartbeatMs, isValid: () => this.isValid(caller), signal })
    return reply
      .type(mediaTypes.events)
      .header('x-accel-buffering', 'no')
      .send(Readable.from(body, { highWaterMark: 1 }))
  }

  /** Who takes nothing any more holds a connection and what was read for it. */
  private guard({ raw }: FastifyReply): void {
    raw.setTimeout(this.stalledMs, () => raw.destroy())
  }
}

/** Who comes back goes on behind what it saw last. */
function beginOf({ from, fromMs, lastEventId }: Ask, format: LiveFormat): Begin {
  if (format === 'events' && lastEventId !== undefined) return { from: Number(lastEventId) + 1 }
  if (fromMs === undefined) return { from: from ?? 'begin' }
  if (from === undefined) return { fromMs }
  throw new MillraceError('RECORDS_POSITION', { reason: 'both from and fromMs are given' })
}

/** Whether whoever asks was there before. */
function isClaim(begin: Begin): boolean {
  return 'from' in begin && typeof begin.from === 'number'
}
