import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '@millrace/plan'
import type { EpochBegin } from '../epoch-begin.ts'
import type { StreamFolder } from '../files/stream-folder.ts'
import type { QueryDone, QueryFormat, QueryLimits, QueryParam } from './messages.ts'
import { type QueryAllowance, unlimited } from './query-allowance.ts'
import { QueryTurns } from './query-turns.ts'
import { startQuery } from './start-query.ts'
import { tableOf } from './table-of.ts'

export interface QueryOptions {
  /** Default `json`. */
  readonly format?: QueryFormat
  /** Values of `$name` in the SQL. */
  readonly params?: Readonly<Record<string, QueryParam>>
  /** Lower limits than those of the history. */
  readonly limits?: Partial<QueryLimits>
  /** Aborted: the query is ended at once and rejects with HISTORY_QUERY_CANCELLED. */
  readonly signal?: AbortSignal
}

/** What a query may ask of a stream. */
export interface AskedTable {
  readonly folder: StreamFolder
  readonly epochs: readonly EpochBegin[]
}

export type QueryAnswer = Omit<QueryDone, 'kind'>

export interface QueriesOptions {
  /** Where each query gets a folder of its own. */
  readonly directory: string
  /** Of a query, where it asks for no less. */
  readonly limits?: Partial<QueryLimits>
  /** Queries that run at once, in all and of a tenant; that may wait, in all and of a tenant. */
  readonly most?: number
  readonly mostPerTenant?: number
  readonly mostWaiting?: number
  readonly mostWaitingPerTenant?: number
  /** What each tenant may use. Default: the limits are the only ones. */
  readonly allowance?: QueryAllowance
}

const defaults: QueryLimits = {
  timeMs: 30_000,
  memoryBytes: 512 << 20,
  temporaryBytes: 1 << 30,
  threads: 1,
  maxRows: 100_000,
  maxBytes: 64 << 20,
}

/** Queries of all tenants: each waits for its turn, then runs in a process of its own. */
export class Queries {
  private readonly directory: string
  private readonly limits: QueryLimits
  private readonly turns: QueryTurns
  private readonly allowance: QueryAllowance
  private readonly ending = new AbortController()
  private readonly running = new Set<Promise<unknown>>()

  constructor(options: QueriesOptions) {
    const { directory, limits, most = 4, mostPerTenant = 2, mostWaiting = 100, mostWaitingPerTenant = 20, allowance = unlimited } = options
    this.directory = directory
    this.limits = { ...defaults, ...limits }
    this.turns = new QueryTurns(most, mostPerTenant, mostWaiting, mostWaitingPerTenant)
    this.allowance = allowance
  }

  /** `tables` are looked at when it is the query's turn. Rejects with a HISTORY_ code, or what the allowance throws. */
  async run(tenant: string, sql: string, options: QueryOptions, tables: () => readonly AskedTable[]): Promise<QueryAnswer> {
    // Who may not ask now waits for no turn.
    this.allowance.timeMs(tenant)
    // A signal of its own, whose listeners go with it.
    const signal = AbortSignal.any(options.signal === undefined ? [this.ending.signal] : [options.signal, this.ending.signal])
    await this.turns.take(tenant, signal).catch((error: unknown) => {
      throw error instanceof MillraceError ? error : new MillraceError('HISTORY_QUERY_CANCELLED')
    })
    const answer = this.runInTurn(tenant, sql, options, tables, signal).finally(() => {
      this.turns.give(tenant)
      this.running.delete(answer)
    })
    this.running.add(answer)
    return answer
  }

  /** Ends all at once. */
  async close(): Promise<void> {
    this.ending.abort()
    await Promise.allSettled(this.running)
  }

  /** What ran while it waited may have used what there was. */
  private async runInTurn(tenant: string, sql: string, options: QueryOptions, tables: () => readonly AskedTable[], signal: AbortSignal): Promise<QueryAnswer> {
    const timeMs = Math.min(this.allowance.timeMs(tenant), options.limits?.timeMs ?? Number.POSITIVE_INFINITY)
    const began = performance.now()
    try {
      return await this.runNow(sql, { ...options, limits: { ...options.limits, timeMs } }, tables(), signal)
    } finally {
      this.allowance.ran(tenant, performance.now() - began)
    }
  }

  private async runNow(sql: string, options: QueryOptions, asked: readonly AskedTable[], signal: AbortSignal): Promise<QueryAnswer> {
    const directory = await mkdtemp(join(this.directory, 'query-'))
    const held = asked.map(({ folder, epochs }) => ({ folder, epochs, ...folder.hold() }))
    const { params = {}, format = 'json', limits = {} } = options
    try {
      const tables = held.map(({ folder, epochs, manifest }) => ({ ...tableOf(folder, manifest), epochs }))
      const { kind: _, ...answer } = await startQuery({ tables, directory, sql, params, format, limits: this.least(limits) }, signal)
      return answer
    } finally {
      await rm(directory, { recursive: true, force: true })
      for (const { release } of held) await release()
    }
  }

  /** Nobody gets more than the operator allows. */
  private least(asked: Partial<QueryLimits>): QueryLimits {
    const names = Object.keys(this.limits) as (keyof QueryLimits)[]
    const least = names.map((name) => [name, Math.min(this.limits[name], asked[name] ?? this.limits[name])])
    return Object.fromEntries(least) as Record<keyof QueryLimits, number>
  }
}
