import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Files, type Log, nodeFiles } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { analysisNamed } from './analyses/analyses.ts'
import type { AnalysisValues } from './analyses/analysis.ts'
import { sqlOf } from './analyses/check-values.ts'
import { folderName } from './files/folder-name.ts'
import { StreamFolder } from './files/stream-folder.ts'
import type { Followed } from './followed.ts'
import { OneAtATime } from './one-at-a-time.ts'
import type { QueryDone, QueryFormat, QueryLimits, QueryParam, QueryTable } from './query/messages.ts'
import { QueryTurns } from './query/query-turns.ts'
import { startQuery } from './query/start-query.ts'
import { tableOf } from './query/table-of.ts'
import { Due } from './writing/due.ts'
import { ParquetWriter } from './writing/parquet-writer.ts'
import { StreamWriter } from './writing/stream-writer.ts'

export interface HistoryOptions {
  readonly log: Log
  /** A folder of its own. */
  readonly directory: string
  readonly files?: Files
  /** Rows are in the history this long after they were accepted, at the latest. Default 60 s. */
  readonly writeEveryMs?: number
  /** Earlier where so many bytes of a stream wait in the log. Default 32 MiB. */
  readonly writeBytes?: number
  /** Rows of one go, and so of a file. Default 250,000. */
  readonly maxRows?: number
  /** What the writer may hold. Default 256 MiB. */
  readonly memoryBytes?: number
  /** Of a query, where it asks for no less. */
  readonly limits?: Partial<QueryLimits>
  /** Queries that run at once, in all (default 4), of a tenant (2), and that may wait (100). */
  readonly queries?: { readonly most?: number; readonly mostPerTenant?: number; readonly mostWaiting?: number }
  readonly report?: (event: HistoryEvent) => void
}

/** What an operator may want to hear of. */
export type HistoryEvent = { readonly tenant: string; readonly stream: string } & (
  | { readonly kind: 'written'; readonly rows: number }
  /** Rows that are damaged in the log, and so are not in the history. */
  | { readonly kind: 'missed'; readonly rows: number }
  /** Tried again after the usual time; nothing is lost. */
  | { readonly kind: 'write-failed'; readonly cause: string }
)

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

export type QueryAnswer = Omit<QueryDone, 'kind'>

export interface HistoryStream {
  readonly stream: string
  readonly rows: number
  readonly bytes: number
  readonly files: number
  /** All rows below this sequence were taken from the log. */
  readonly position: number
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

const defaults: QueryLimits = {
  timeMs: 30_000,
  memoryBytes: 512 << 20,
  temporaryBytes: 1 << 30,
  threads: 1,
  maxRows: 100_000,
  maxBytes: 64 << 20,
}
const pinAgeMs = 7 * 86_400_000
const pinBytes = 64 * 2 ** 30
const checkEveryMs = 1000

/**
 * What tenants keep of their streams, as Parquet files by tenant, stream and day, and SQL over it. Every row of a followed stream is in exactly one
 * file, whatever ends the process: docs/history.md says how.
 */
export class History {
  private readonly options: HistoryOptions
  private readonly files: Files
  private readonly parquet: ParquetWriter
  private readonly writers = new Map<string, StreamWriter>()
  private readonly work = new OneAtATime()
  private readonly due: Due
  private readonly turns: QueryTurns
  private readonly timer: NodeJS.Timeout
  private readonly ending = new AbortController()
  private readonly running = new Set<Promise<unknown>>()

  private constructor(options: HistoryOptions, parquet: ParquetWriter) {
    const { files = nodeFiles, writeEveryMs = 60_000, writeBytes = 32 << 20, queries = {} } = options
    this.options = options
    this.files = files
    this.parquet = parquet
    this.due = new Due(options.log, writeEveryMs, writeBytes)
    this.turns = new QueryTurns(queries.most ?? 4, queries.mostPerTenant ?? 2, queries.mostWaiting ?? 100)
    this.timer = setInterval(() => this.writeDue(), Math.min(checkEveryMs, writeEveryMs)).unref()
  }

  static async open(options: HistoryOptions): Promise<History> {
    const { directory, memoryBytes = 256 << 20 } = options
    // Leftovers of a life that was ended; names of tenants never begin with a dot.
    for (const name of ['.queries', '.spilled']) await rm(join(directory, name), { recursive: true, force: true })
    await mkdir(join(directory, '.queries'), { recursive: true })
    return new History(options, await ParquetWriter.open(memoryBytes, join(directory, '.spilled')))
  }

  /** Keeps a stream from now on, with all that the log still holds of it; one that was followed before goes on where it was. */
  async follow(followed: Followed): Promise<void> {
    this.checkOpen()
    const { tenant, stream } = followed
    await this.work.run(async () => {
      const known = this.writers.get(keyOf(tenant, stream))
      const folder = known?.folder ?? (await StreamFolder.open(this.files, this.folderOf(tenant, stream), stream, 0))
      const writer = new StreamWriter(followed, folder, this.options.log, this.parquet)
      await this.pin(writer)
      this.writers.set(keyOf(tenant, stream), writer)
    })
  }

  /** Takes no more rows of a stream; what is kept stays until it is erased, but is asked for only while it is followed. */
  async unfollow(tenant: string, stream: string): Promise<void> {
    await this.work.run(async () => {
      this.writers.delete(keyOf(tenant, stream))
      await this.options.log.unpin(tenant, pinName(stream))
    })
  }

  /** Writes all that the log holds now of a tenant's streams, or of one of them, and resolves when it is durable. */
  async write(tenant: string, stream?: string): Promise<void> {
    this.checkOpen()
    for (const writer of this.writersOf(tenant, stream)) await this.work.run(() => this.writeAll(writer))
  }

  /** Joins small files and drops those past their age; it also runs in the background. */
  async maintain(): Promise<void> {
    for (const writer of [...this.writers.values()]) await this.work.run(() => writer.maintain(this.options.log.now()))
  }

  streams(tenant: string): readonly HistoryStream[] {
    return this.writersOf(tenant).map(({ followed, folder: { manifest } }) => ({
      stream: followed.stream,
      rows: manifest.files.reduce((sum, { rows }) => sum + rows, 0),
      bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
      files: manifest.files.length,
      position: manifest.position,
      columns: tableOf(followed, manifest, '').columns,
    }))
  }

  /** Runs one SELECT of a tenant over its tables, in a process of its own. Rejects with a HISTORY_ code. */
  async query(tenant: string, sql: string, options: QueryOptions = {}): Promise<QueryAnswer> {
    this.checkOpen()
    // A signal of its own, whose listeners go with it.
    const signal = AbortSignal.any(options.signal === undefined ? [this.ending.signal] : [options.signal, this.ending.signal])
    await this.turns.take(tenant, signal).catch((error: unknown) => {
      throw error instanceof MillraceError ? error : new MillraceError('HISTORY_QUERY_CANCELLED')
    })
    const answer = this.run(tenant, sql, options, signal).finally(() => {
      this.turns.give(tenant)
      this.running.delete(answer)
    })
    this.running.add(answer)
    return answer
  }

  /** Asks one of the ready-made questions (`analyses`). */
  async analyse(tenant: string, name: string, values: AnalysisValues, options: Omit<QueryOptions, 'params'> = {}): Promise<QueryAnswer> {
    const tables = this.writersOf(tenant).map(({ followed, folder }) => tableOf(followed, folder.manifest, folder.directory))
    const { sql, params } = sqlOf(analysisNamed(name), values, tables)
    return this.query(tenant, sql, { ...options, params })
  }

  /** Forgets a stream, or all of a tenant, its files included. */
  async erase(tenant: string, stream?: string): Promise<void> {
    await this.work.run(async () => {
      for (const { followed } of this.writersOf(tenant)) {
        if (stream !== undefined && followed.stream !== stream) continue
        this.writers.delete(keyOf(tenant, followed.stream))
        await this.options.log.unpin(tenant, pinName(followed.stream))
      }
      const folder = stream === undefined ? join(this.options.directory, folderName(tenant)) : this.folderOf(tenant, stream)
      await rm(folder, { recursive: true, force: true })
    })
  }

  /** Ends queries at once and the writing where it is; what was not written is in the log. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    this.ending.abort()
    await Promise.allSettled(this.running)
    await this.work.idle()
    this.parquet.close()
  }

  private async run(tenant: string, sql: string, options: QueryOptions, signal: AbortSignal): Promise<QueryAnswer> {
    const directory = await mkdtemp(join(this.options.directory, '.queries', 'query-'))
    const held = this.writersOf(tenant).map(({ followed, folder }) => ({ followed, folder, ...folder.hold() }))
    try {
      const tables: readonly QueryTable[] = held.map(({ followed, folder, manifest }) => tableOf(followed, manifest, folder.directory))
      const limits = this.limitsOf(options.limits)
      const { kind: _, ...answer } = await startQuery(
        { tables, directory, sql, params: options.params ?? {}, format: options.format ?? 'json', limits },
        signal,
      )
      return answer
    } finally {
      await rm(directory, { recursive: true, force: true })
      for (const { release } of held) await release()
    }
  }

  /** Nobody gets more than the operator allows. */
  private limitsOf(asked: Partial<QueryLimits> = {}): QueryLimits {
    const most = { ...defaults, ...this.options.limits }
    const least = (name: keyof QueryLimits): number => Math.min(most[name], asked[name] ?? most[name])
    return {
      timeMs: least('timeMs'),
      memoryBytes: least('memoryBytes'),
      temporaryBytes: least('temporaryBytes'),
      threads: least('threads'),
      maxRows: least('maxRows'),
      maxBytes: least('maxBytes'),
    }
  }

  private writeDue(): void {
    const due = this.due.of([...this.writers.values()])
    for (const writer of due) {
      const { tenant, stream } = writer.followed
      this.work
        .run(async () => {
          if (this.writers.get(keyOf(tenant, stream)) !== writer) return
          await this.writeAll(writer)
          await writer.maintain(this.options.log.now())
        })
        .catch((error: unknown) =>
          this.options.report?.({ kind: 'write-failed', tenant, stream, cause: error instanceof Error ? error.message : String(error) }),
        )
        .finally(() => this.due.done(writer))
    }
  }

  private async writeAll(writer: StreamWriter): Promise<void> {
    const { maxRows = 250_000 } = this.options
    const { tenant, stream } = writer.followed
    for (let more = true; more; ) {
      const written = await writer.write(maxRows)
      more = written.more
      if (written.rows > 0) this.options.report?.({ kind: 'written', tenant, stream, rows: written.rows })
      if (written.missed > 0) this.options.report?.({ kind: 'missed', tenant, stream, rows: written.missed })
    }
    await this.pin(writer)
  }

  /** The log keeps what is not written yet. */
  private async pin({ followed: { tenant, stream }, folder }: StreamWriter): Promise<void> {
    await this.options.log.pin({
      tenant,
      name: pinName(stream),
      streams: [stream],
      sequence: folder.manifest.position,
      maxAgeMs: pinAgeMs,
      maxBytes: pinBytes,
    })
  }

  private writersOf(tenant: string, stream?: string): readonly StreamWriter[] {
    const all = [...this.writers.values()].filter(({ followed }) => followed.tenant === tenant)
    const found = stream === undefined ? all : all.filter(({ followed }) => followed.stream === stream)
    if (stream === undefined || found.length > 0) return found
    throw new MillraceError('HISTORY_STREAM_UNKNOWN', { tenant, stream, streams: all.map(({ followed }) => followed.stream).join(', ') || 'none' })
  }

  private folderOf(tenant: string, stream: string): string {
    return join(this.options.directory, folderName(tenant), folderName(stream))
  }

  private checkOpen(): void {
    if (this.ending.signal.aborted) throw new MillraceError('HISTORY_CLOSED')
  }
}

function keyOf(tenant: string, stream: string): string {
  return `${tenant}\n${stream}`
}

function pinName(stream: string): string {
  return `history ${stream}`
}
