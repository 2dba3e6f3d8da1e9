import type { Log } from '@millrace/log'
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

  /** Whether a connection may subscribe to a filter: its key reads, and a topic without wildcards is there. */
  allows(client: Client, login: Login, filter: string): boolean {
    const { logins, topics } = this.#options
    const caller = logins.caller(login, ['read'])
    if (caller === null || !namesTopics(filter) || (isTopic(filter) && !topics.now(login.tenant).has(filter))) return false
    const subscriber = this.#subscribers.get(client) ?? this.#open(client, login, caller.keyId)
    return subscriber !== null && subscriber.filters < mostFilters
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

  /** Null: the key has too many. */
  #open(client: Client, login: Login, keyId: string): Subscriber | null {
    const { conn } = client
    if (!(conn instanceof GuardedSocket) || this.#followers.count(keyId) >= mostSubscribersPerKey) return null
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

function written(conn: GuardedSocket, packets: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    conn.write(packets, (error) => (error == null ? resolve() : reject(error)))
  })
}
