import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { Client, Subscription } from 'aedes'
import { Followers } from '../../live/following/followers.ts'
import { Encoders } from '../../live/reading/encoders.ts'
import type { GatewayFigures } from '../../metrics/gateway-metrics.ts'
import { GuardedSocket } from './guarded-socket.ts'
import type { Login, Logins } from './logins.ts'
import { Subscriber } from './subscriber.ts'
import type { TenantTopics } from './tenant-topics.ts'
import { isTopic, namesTopics } from './topic-filter.ts'

export interface SubscribingOptions {
  readonly log: Log
  readonly logins: Logins
  readonly topics: TenantTopics
  readonly figures: GatewayFigures
  readonly stalledMs: number
}

/** Filters of a connection at most. */
const mostFilters = 100
/** Connections of a key that subscribe. */
const mostSubscribersPerKey = 100

/** Subscriptions of all connections. The broker only answers them: what it would forward are messages as devices sent them, of all tenants. */
export class Subscribing {
  readonly #options: SubscribingOptions
  readonly #encoders = new Encoders()
  readonly #followers = new Followers(mostSubscribersPerKey)
  readonly #subscribers = new Map<Client, Subscriber>()

  constructor(options: SubscribingOptions) {
    this.#options = options
  }

  /** A connection may subscribe where its key reads, and a topic without wildcards is there. Errors: KEY_REQUIRED, TOPIC_UNKNOWN, FOLLOWERS_TOO_MANY. */
  check(client: Client, login: Login, filter: string): void {
    const { logins, topics } = this.#options
    const caller = logins.caller(login, ['read'])
    if (caller === null) throw new MillraceError('KEY_REQUIRED')
    if (!namesTopics(filter) || (isTopic(filter) && !topics.now(login.tenant).has(filter)))
      throw new MillraceError('TOPIC_UNKNOWN', { topic: JSON.stringify(filter.slice(0, 200)) })
    const subscriber = this.#subscribers.get(client) ?? this.#open(client, login, caller.keyId)
    if (!subscriber.grant(filter, mostFilters)) throw new MillraceError('FOLLOWERS_TOO_MANY', { limit: mostFilters })
  }

  /** Subscriptions that were granted and answered. */
  subscribed(client: Client, subscriptions: readonly Subscription[]): void {
    for (const { topic, qos } of subscriptions) if (qos <= 2) this.#subscribers.get(client)?.add(topic, qos === 0 ? 0 : 1)
  }

  unsubscribed(client: Client, filters: readonly string[]): void {
    for (const filter of filters) this.#subscribers.get(client)?.remove(filter)
  }

  /** The connection is closed. */
  closed(client: Client): void {
    this.#subscribers.get(client)?.close()
    this.#subscribers.delete(client)
  }

  /** Errors: FOLLOWERS_TOO_MANY. */
  #open(client: Client, login: Login, keyId: string): Subscriber {
    const conn = guarded(client)
    const { log, logins, topics, figures, stalledMs } = this.#options
    const follower = this.#followers.open(keyId)
    conn.once('close', () => follower.close())
    const subscriber = new Subscriber({
      log,
      topics,
      stalledMs,
      tenant: login.tenant,
      encoders: this.#encoders,
      isValid: () => logins.caller(login, ['read']) !== null,
      sent: (messages) => figures.sent(messages),
      write: (packets) => written(conn, packets),
      end: (error) => conn.destroy(error),
    })
    conn.acknowledged = (messageId) => subscriber.acknowledge(messageId)
    this.#subscribers.set(client, subscriber)
    return subscriber
  }
}

/** All connections that the broker has are. */
function guarded({ conn }: Client): GuardedSocket {
  if (!(conn instanceof GuardedSocket)) throw new Error('a connection is not guarded')
  return conn
}

function written(conn: GuardedSocket, packets: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    conn.write(packets, (error) => (error == null ? resolve() : reject(error)))
  })
}
