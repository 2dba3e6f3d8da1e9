import type { MongodbSink } from '@millrace/api/schemas'
import { MongoClient, type MongoClientOptions } from 'mongodb'
import { lost } from '../failures.ts'
import { Calls } from '../stores/calls.ts'
import type { TimeLimits } from '../stores/time-limits.ts'
import { tlsOptions } from '../tls.ts'
import { failureOf } from './failures.ts'

/** What the library needs beyond its own limits to say what was wrong. */
const goodbyeMs = 1000

/** The servers of a sink. The library would connect again by itself; what breaks ends it instead. */
export class Connection {
  private readonly client: MongoClient
  private readonly place: string
  private readonly limits: TimeLimits
  private readonly calls = new Calls()

  private constructor(settings: MongodbSink, limits: TimeLimits) {
    this.place = settings.servers.join(', ')
    this.limits = limits
    this.client = new MongoClient(`mongodb://${settings.servers.join(',')}/`, optionsOf(settings, limits))
    this.client.on('error', (error) => this.calls.end(failureOf(this.place, error)))
  }

  /** Errors: CONNECTOR_REFUSED, CONNECTOR_LOST. */
  static async open(settings: MongodbSink, limits: TimeLimits): Promise<Connection> {
    const connection = new Connection(settings, limits)
    try {
      await connection.run(limits.connectMs + goodbyeMs, (client) => client.connect())
      await connection.run(limits.answerMs, (client) => client.db(settings.database).command({ ping: 1 }))
      connection.endWithItsSockets()
      return connection
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  /** Errors: CONNECTOR_REFUSED, CONNECTOR_LOST, after which it is of no more use. */
  async run<T>(limitMs: number, work: (client: MongoClient) => Promise<T>): Promise<T> {
    const late = () => lost('MongoDB', `${this.place} has not answered for ${limitMs / 1000} s`)
    try {
      return await this.calls.run(limitMs, late, () => work(this.client))
    } catch (error) {
      const failure = failureOf(this.place, error)
      this.calls.end(failure)
      throw failure
    }
  }

  write<T>(work: (client: MongoClient) => Promise<T>): Promise<T> {
    return this.run(this.limits.answerMs, work)
  }

  /** Only now: the library says first that a connection ended, and then that it was not let in. */
  private endWithItsSockets(): void {
    this.client.on('connectionClosed', ({ reason }) => {
      if (reason === 'error' || reason === 'stale') this.calls.end(lost('MongoDB', `${this.place}: the connection ended`))
    })
  }

  /** The library's goodbye waits for a server that is silent; it ends by itself then, when the time for an answer is over. */
  async close(): Promise<void> {
    this.calls.end(lost('MongoDB', `${this.place}: it was closed`))
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, goodbyeMs)
    this.client.close().then(resolve, () => resolve())
    await promise
    clearTimeout(timer)
  }
}

/** One server that is named alone is meant itself, also where it is one of a set: its others may not be reached from here. */
function optionsOf(settings: MongodbSink, { connectMs, answerMs }: TimeLimits): MongoClientOptions {
  const { servers, replicaSet, user, password, authSource, tls } = settings
  return {
    appName: 'millrace',
    directConnection: servers.length === 1 && replicaSet === undefined,
    ...(replicaSet === undefined ? {} : { replicaSet }),
    ...(user === undefined ? {} : { auth: { username: user, password: password ?? '' }, authSource: authSource ?? 'admin' }),
    ...(tls === undefined ? {} : { tls: true, ...tlsOptions(tls) }),
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: answerMs },
    retryWrites: false,
    serverMonitoringMode: 'poll',
    maxPoolSize: 1,
    serverSelectionTimeoutMS: connectMs,
    connectTimeoutMS: connectMs,
    socketTimeoutMS: answerMs,
  }
}
