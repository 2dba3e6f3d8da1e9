import type { CassandraSink } from '@millrace/api/schemas'
import { auth, Client, type ClientOptions, policies, types } from 'cassandra-driver'
import { lost, refused } from '../failures.ts'
import { Calls } from '../stores/calls.ts'
import type { TimeLimits } from '../stores/time-limits.ts'
import { tlsOptions } from '../tls.ts'
import { failureOf } from './failures.ts'

const goodbyeMs = 1000

/** The hosts of a sink. The library would connect again by itself; where no host is left it ends instead. */
export class Connection {
  private readonly client: Client
  private readonly place: string
  private readonly limits: TimeLimits
  private readonly calls = new Calls()
  /** Whether it succeeds or not. */
  private connecting: Promise<void> = Promise.resolve()

  private constructor(settings: CassandraSink, limits: TimeLimits) {
    this.place = settings.contactPoints.join(', ')
    this.limits = limits
    this.client = new Client(optionsOf(settings, limits))
    this.client.on('hostDown', () => {
      if (this.client.hosts.values().every((host) => !host.isUp())) this.calls.end(lost('Cassandra', `${this.place}: no host is left`))
    })
  }

  /** Errors: CONNECTOR_REFUSED, CONNECTOR_LOST. */
  static async open(settings: CassandraSink, limits: TimeLimits): Promise<Connection> {
    const connection = new Connection(settings, limits)
    try {
      await connection.run(limits.connectMs + goodbyeMs, () => connection.connect(settings.dataCenter))
      return connection
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  /** Rows that a statement gives. Errors: CONNECTOR_REFUSED, CONNECTOR_LOST. */
  async query(text: string, values: readonly unknown[] = []): Promise<readonly types.Row[]> {
    const { rows } = await this.within(() => this.execute(text, values))
    return rows ?? []
  }

  /** All of the work has one time limit. Errors: CONNECTOR_REFUSED, CONNECTOR_LOST, after which it is of no more use. */
  within<T>(work: () => Promise<T>): Promise<T> {
    return this.run(this.limits.answerMs, work)
  }

  /** Errors: those of the library. To be called `within`. */
  execute(text: string, values: readonly unknown[]): Promise<types.ResultSet> {
    return this.client.execute(text, [...values], { prepare: values.length > 0, isIdempotent: true })
  }

  /** The library's goodbye waits for hosts that are silent; it ends by itself then. */
  async close(): Promise<void> {
    this.calls.end(lost('Cassandra', `${this.place}: it was closed`))
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, goodbyeMs)
    // It does nothing while the library still connects.
    this.connecting.then(() => this.client.shutdown()).then(resolve, () => resolve())
    await promise
    clearTimeout(timer)
  }

  private async connect(dataCenter: string): Promise<void> {
    const connected = this.client.connect()
    this.connecting = connected.catch(() => {})
    await connected
    const found = new Set(this.client.hosts.values().map((host) => host.datacenter))
    if (!found.has(dataCenter)) throw refused('Cassandra', `${this.place}: there is no data center ${dataCenter}, but ${[...found].join(', ')}`)
  }

  private async run<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
    try {
      return await this.calls.run(limitMs, () => lost('Cassandra', `${this.place} has not answered for ${limitMs / 1000} s`), work)
    } catch (error) {
      const failure = failureOf(this.place, error)
      this.calls.end(failure)
      throw failure
    }
  }
}

/** Times of writes come from here, so that what a former connection left under way never replaces what is written later. */
function optionsOf(settings: CassandraSink, { connectMs, answerMs }: TimeLimits): ClientOptions {
  const { contactPoints, dataCenter, user, password, tls } = settings
  return {
    contactPoints: [...contactPoints],
    // Named as an option, one that is not there would leave sockets behind.
    policies: { loadBalancing: new policies.loadBalancing.TokenAwarePolicy(new policies.loadBalancing.DCAwareRoundRobinPolicy(dataCenter)) },
    protocolOptions: { port: Number(contactPoints[0]?.split(':').at(-1)) },
    ...(user === undefined ? {} : { authProvider: new auth.PlainTextAuthProvider(user, password ?? '') }),
    ...(tls === undefined ? {} : { sslOptions: tlsOptions(tls) }),
    socketOptions: { connectTimeout: connectMs, readTimeout: answerMs },
    queryOptions: { consistency: types.consistencies.localQuorum },
    pooling: { coreConnectionsPerHost: { [types.distance.local]: 1, [types.distance.remote]: 0 } },
  }
}
