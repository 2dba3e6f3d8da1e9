import type { PostgresqlSink } from '@millrace/api/schemas'
import { Client, type ClientConfig } from 'pg'
import { lost } from '../failures.ts'
import { Calls } from '../stores/calls.ts'
import { socketHost } from '../stores/host.ts'
import type { TimeLimits } from '../stores/time-limits.ts'
import { tlsOptions } from '../tls.ts'
import { failureOf, throwRowFault } from './failures.ts'

const goodbyeMs = 1000

/** One connection to PostgreSQL, which is never made anew. */
export class Connection {
  private readonly client: Client
  private readonly place: string
  private readonly limits: TimeLimits
  private readonly calls = new Calls()
  private readonly gone: Promise<void>
  private isIdle = false

  private constructor(settings: PostgresqlSink, limits: TimeLimits) {
    this.limits = limits
    this.client = new Client(clientOf(settings))
    this.place = `${settings.host}:${settings.port ?? 5432}`
    this.gone = new Promise((resolve) => this.client.once('end', resolve))
    this.client.on('error', (error) => this.calls.end(failureOf(this.place, error)))
  }

  static async open(settings: PostgresqlSink, limits: TimeLimits): Promise<Connection> {
    const connection = new Connection(settings, limits)
    try {
      await connection.run(limits.connectMs, () => connection.client.connect())
      return connection
    } catch (error) {
      connection.drop()
      throw error
    }
  }

  /** Rows that a statement gives. Several statements go without a value. Errors: CONNECTOR_REFUSED, CONNECTOR_LOST. */
  async query<R extends object>(text: string, value?: string): Promise<readonly R[]> {
    const { rows } = await this.run(this.limits.answerMs, () => this.client.query<R>(text, value === undefined ? undefined : [value]))
    return rows
  }

  /** Errors: those of `query`; RowFault where a row is why. */
  async insert(text: string, value: string): Promise<void> {
    await this.run(this.limits.answerMs, () => this.client.query(text, [value]).catch(throwRowFault))
  }

  /** Takes leave where nothing is under way. Never fails. */
  async close(): Promise<void> {
    this.calls.end(lost('PostgreSQL', `${this.place}: it was closed`))
    if (!this.isIdle) return this.drop()
    const timer = setTimeout(() => this.drop(), goodbyeMs)
    this.client.end().catch(() => {})
    await this.gone
    clearTimeout(timer)
  }

  private async run<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
    this.isIdle = false
    try {
      const found = await this.calls.run(limitMs, () => lost('PostgreSQL', `${this.place} has not answered for ${limitMs / 1000} s`), work)
      this.isIdle = true
      return found
    } catch (error) {
      throw failureOf(this.place, error)
    }
  }

  private drop(): void {
    this.client.connection.stream.destroy()
  }
}

/** All that the library would otherwise take from the environment of the platform is given: its user and password are nobody else's. */
function clientOf(settings: PostgresqlSink): ClientConfig {
  const host = socketHost(settings.host)
  return {
    host,
    port: settings.port ?? 5432,
    database: settings.database,
    user: settings.user ?? 'millrace',
    password: () => settings.password ?? '',
    application_name: 'millrace',
    ssl: settings.tls === undefined ? false : tlsOptions(settings.tls, host),
    sslnegotiation: 'postgres',
    keepAlive: true,
  }
}
