import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Files, type Log, nodeFiles, pinLimits, type StreamFigures } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { analysisNamed } from './analyses/analyses.ts'
import type { AnalysisValues } from './analyses/analysis.ts'
import { sqlOf } from './analyses/check-values.ts'
import type { EpochBegin } from './epoch-begin.ts'
import { copyFolders } from './files/copy-folders.ts'
import { folderName } from './files/folder-name.ts'
import { foundFolders } from './files/found-folders.ts'
import { StreamFolder } from './files/stream-folder.ts'
import type { Followed } from './followed.ts'
import { figuresOf, type HistoryFigures, type HistoryStream, streamOf } from './history-stream.ts'
import { KeptStreams } from './kept-streams.ts'
import { OneAtATime } from './one-at-a-time.ts'
import type { QueryLimits } from './query/messages.ts'
import { Queries, type QueriesOptions, type QueryAnswer, type QueryOptions } from './query/queries.ts'
import { tableOf } from './query/table-of.ts'
import { Due } from './writing/due.ts'
import { StreamWriter } from './writing/stream-writer.ts'
import { WritingProcess } from './writing/writing-process.ts'

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
  /** What the writing process may hold. Default 256 MiB. */
  readonly memoryBytes?: number
  /** Of a query, where it asks for no less. */
  readonly limits?: Partial<QueryLimits>
  /** Queries that run at once, in all (default 4), of a tenant (2), and that may wait, in all (100), of a tenant (20); what each tenant may use. */
  readonly queries?: Pick<QueriesOptions, 'most' | 'mostPerTenant' | 'mostWaiting' | 'mostWaitingPerTenant' | 'allowance'>
  /** Where epochs of a stream's results began; asked as a query begins. Default: nobody knows, all results stay. */
  readonly epochs?: (tenant: string, stream: string) => readonly EpochBegin[]
  readonly report?: (event: HistoryEvent) => void
}

/** What an operator may want to hear of. */
export type HistoryEvent = { readonly tenant: string; readonly stream: string } & (
  | { readonly kind: 'written'; readonly rows: number }
  /** Rows that are damaged in the log, and so are not in the history. */
  | { readonly kind: 'missed'; readonly rows: number }
  /** Tried again after the usual time; nothing is lost. */
  | { readonly kind: 'write-failed'; readonly cause: string }
  /** Its files are there, but not which of them count; nothing of it can be asked for, and it takes no rows. */
  | { readonly kind: 'unreadable'; readonly cause: string }
  /** The log ends before what is here: it lost rows, or is an older copy. They stay here, and its new rows are taken. */
  | { readonly kind: 'log-behind'; readonly position: number; readonly nextSequence: number }
)

/** What waits is looked at this often at least, more often where rows are wanted sooner. */
const checkEveryMs = 3000
const maintainEveryMs = 600_000

/**
 * What tenants keep of their streams, as Parquet files by tenant, stream and day, and SQL over it. Every row of a followed stream is in exactly one
 * file, whatever ends the process: docs/history.md says how. DuckDB runs in processes of its own only, begun where there is something to do.
 */
export class History {
  private readonly options: HistoryOptions
  private readonly files: Files
  private readonly writing: WritingProcess
  private readonly kept = new KeptStreams()
  private readonly failing = new WeakMap<StreamFolder, string>()
  private readonly work = new OneAtATime()
  private readonly due: Due
  private readonly queries: Queries
  private readonly timers: readonly NodeJS.Timeout[]
  private readonly ending = new AbortController()

  private constructor(options: HistoryOptions) {
    const { log, directory, files = nodeFiles, writeEveryMs = 60_000, writeBytes = 32 << 20, memoryBytes = 256 << 20, limits, queries } = options
    this.options = options
    this.files = files
    this.writing = new WritingProcess({ memoryBytes, spillDirectory: join(directory, '.spilled') })
    this.due = new Due(log, writeEveryMs, writeBytes)
    this.queries = new Queries({ directory: join(directory, '.queries'), limits, ...queries })
    this.timers = [
      setInterval(() => this.writeDue(), Math.min(checkEveryMs, Math.ceil(writeEveryMs / 4))).unref(),
      setInterval(() => void this.maintain().catch(() => {}), maintainEveryMs).unref(),
    ]
  }

  /** What was kept before can be asked for at once; rows are taken again of what is followed. */
  static async open(options: HistoryOptions): Promise<History> {
    const { directory } = options
    // Leftovers of a life that was ended; names of tenants never begin with a dot.
    for (const name of ['.queries', '.spilled']) await rm(join(directory, name), { recursive: true, force: true })
    await mkdir(join(directory, '.queries'), { recursive: true })
    const history = new History(options)
    const unreadable = (tenant: string, stream: string, cause: string): void => options.report?.({ kind: 'unreadable', tenant, stream, cause })
    for (const { tenant, folder } of await foundFolders(history.files, directory, unreadable)) {
      history.kept.set(history.writerOf({ tenant, stream: folder.manifest.stream, keep: false }, folder))
    }
    return history
  }

  /** Keeps a stream from now on, with all that the log still holds of it; one that was followed before goes on where it was. */
  async follow(followed: Followed): Promise<void> {
    this.checkOpen()
    const { tenant, stream, keep } = followed
    await this.work.run(isOf(tenant, stream), async () => {
      const known = this.kept.get(tenant, stream)
      if (known !== null && JSON.stringify(known.followed) === JSON.stringify(followed)) return
      const folder = known?.folder ?? (await StreamFolder.open(this.files, this.folderOf(tenant, stream), stream, 0))
      const writer = this.writerOf(followed, folder)
      if (keep === false) await this.options.log.unpin(tenant, pinName(stream))
      else {
        await this.begin(writer)
        await this.pin(writer)
      }
      this.kept.set(writer)
    })
  }

  /** Takes no more rows of a stream; what is kept stays, and can be asked for, until it is erased. */
  async unfollow(tenant: string, stream: string): Promise<void> {
    const known = this.kept.get(tenant, stream)
    if (known !== null) await this.follow({ ...known.followed, keep: false })
  }

  /** Writes all that the log holds now of a tenant's streams, or of one of them, and resolves when it is durable. */
  async write(tenant: string, stream?: string): Promise<void> {
    this.checkOpen()
    for (const writer of this.writersOf(tenant, stream)) while (await this.work.run(isAny, () => this.writeOnce(writer)));
  }

  /** Joins small files and drops those past their age; it also runs in the background. */
  async maintain(): Promise<void> {
    for (const writer of this.kept.all()) await this.work.runInBackground(nameOf(writer), () => this.maintainOne(writer))
  }

  streams(tenant: string): readonly HistoryStream[] {
    return this.writersOf(tenant).map((writer) => streamOf(writer, this.logged(writer), this.progress(writer)))
  }

  /** Of all files of a tenant. */
  bytes(tenant: string): number {
    return this.kept.bytes(tenant)
  }

  /** Of all tenants. */
  figures(): readonly HistoryFigures[] {
    return this.kept.all().map((writer) => figuresOf(writer, this.logged(writer), this.progress(writer)))
  }

  /** Runs one SELECT of a tenant over its tables, in a process of its own. Rejects with a HISTORY_ code. */
  async query(tenant: string, sql: string, options: QueryOptions = {}): Promise<QueryAnswer> {
    this.checkOpen()
    const { epochs = () => [] } = this.options
    return this.queries.run(tenant, sql, options, () =>
      this.kept.of(tenant).map(({ followed, folder }) => ({ folder, epochs: epochs(tenant, followed.stream) })),
    )
  }

  /** Asks one of the ready-made questions (`analyses`). */
  async analyse(tenant: string, name: string, values: AnalysisValues, options: Omit<QueryOptions, 'params'> = {}): Promise<QueryAnswer> {
    const tables = this.writersOf(tenant).map(({ folder }) => tableOf(folder, folder.manifest))
    const { sql, params } = sqlOf(analysisNamed(name), values, tables)
    return this.query(tenant, sql, { ...options, params })
  }

  /** Forgets a stream, or all of a tenant, its files included. */
  async erase(tenant: string, stream?: string): Promise<void> {
    await this.work.run(isOf(tenant, stream), async () => {
      for (const { followed } of this.writersOf(tenant)) {
        if (stream !== undefined && followed.stream !== stream) continue
        this.kept.delete(tenant, followed.stream)
        await this.options.log.unpin(tenant, pinName(followed.stream))
      }
      const folder = stream === undefined ? join(this.options.directory, folderName(tenant)) : this.folderOf(tenant, stream)
      await rm(folder, { recursive: true, force: true })
    })
  }

  /**
   * Copies the history into a folder that is empty or not there; the copy can be opened as it is. Files are hard links where the file system has them.
   * Nothing is written until `copyLog` is done too: a copy of the log made there has every row that is not in this copy yet.
   */
  async copyTo(directory: string, copyLog: () => Promise<void> = async () => {}): Promise<void> {
    this.checkOpen()
    await this.work.run(isAny, async () => {
      await copyFolders(
        this.files,
        this.kept.all().map(({ folder }) => folder),
        this.options.directory,
        directory,
      )
      await copyLog()
    })
  }

  /** As `copyTo`, of one tenant: in a folder of the tenant's below it. Nothing is written meanwhile. */
  async copyTenantTo(tenant: string, directory: string): Promise<void> {
    this.checkOpen()
    const own = this.kept.of(tenant)
    await this.work.run(isOf(tenant), () =>
      copyFolders(
        this.files,
        own.map(({ folder }) => folder),
        this.options.directory,
        directory,
      ),
    )
  }

  /** Ends queries at once and the writing where it is; what was not written is in the log. */
  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer)
    this.ending.abort()
    await this.queries.close()
    this.writing.close()
    await this.work.idle()
    this.writing.close()
  }

  private logged({ followed: { tenant, stream } }: StreamWriter): StreamFigures | null {
    return this.options.log.stream(tenant, stream)
  }

  private progress(writer: StreamWriter): Pick<HistoryFigures, 'behindMs' | 'failing'> {
    return { behindMs: this.due.waitedMs(writer), failing: this.failing.get(writer.folder) ?? null }
  }

  private writerOf(followed: Followed, folder: StreamFolder): StreamWriter {
    return new StreamWriter(followed, folder, this.options.log, this.writing)
  }

  /** It was neither replaced nor erased since, and nothing is closing. */
  private isCurrent(writer: StreamWriter): boolean {
    const { tenant, stream } = writer.followed
    return !this.ending.signal.aborted && this.kept.get(tenant, stream) === writer
  }

  private writeDue(): void {
    for (const writer of this.due.of(this.kept.all())) {
      this.writeOne(writer).then(
        () => this.due.done(writer),
        () => this.due.failed(writer),
      )
    }
  }

  /** A go at a time: a stream with much to write holds up no other, and nobody who waits for something. */
  private async writeOne(writer: StreamWriter): Promise<void> {
    while (await this.work.runInBackground(nameOf(writer), () => this.writeOnce(writer)));
    await this.work.runInBackground(nameOf(writer), () => this.maintainOne(writer))
  }

  /** Answers whether there is more. */
  private async writeOnce(writer: StreamWriter): Promise<boolean> {
    const { maxRows = 250_000 } = this.options
    if (writer.followed.keep === false || !this.isCurrent(writer)) return false
    return this.told(writer, async (tell) => {
      const { rows, missed, more } = await writer.write(maxRows)
      if (rows > 0) tell({ kind: 'written', rows })
      if (missed > 0) tell({ kind: 'missed', rows: missed })
      await this.pin(writer)
      return more
    })
  }

  private async maintainOne(writer: StreamWriter): Promise<void> {
    const now = this.options.log.now()
    if (!this.isCurrent(writer) || !writer.needsMaintenance(now)) return
    await this.told(writer, async () => {
      await writer.maintain(now)
    })
  }

  /** A failure is shown with the stream until it is over. */
  private async told<T>(
    { followed: { tenant, stream }, folder }: StreamWriter,
    work: (tell: (event: { kind: 'written' | 'missed'; rows: number }) => void) => Promise<T>,
  ): Promise<T> {
    try {
      const done = await work((event) => this.options.report?.({ tenant, stream, ...event }))
      this.failing.delete(folder)
      return done
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error)
      // The end of all is no failure.
      if (!this.ending.signal.aborted) {
        this.failing.set(folder, cause)
        this.options.report?.({ kind: 'write-failed', tenant, stream, cause })
      }
      throw error
    }
  }

  /** Rows that the log lost, which its next ones will be numbered like, must not be taken for them. */
  private async begin({ followed: { tenant, stream }, folder }: StreamWriter): Promise<void> {
    const nextSequence = this.options.log.nextSequence(tenant)
    const { position } = folder.manifest
    if (position <= nextSequence) return
    this.options.report?.({ kind: 'log-behind', tenant, stream, position, nextSequence })
    await folder.replace({ ...folder.manifest, position: nextSequence })
  }

  /** The log keeps what is not written yet. */
  private async pin({ followed: { tenant, stream }, folder }: StreamWriter): Promise<void> {
    await this.options.log.pin({
      tenant,
      name: pinName(stream),
      streams: [stream],
      sequence: folder.manifest.position,
      ...pinLimits,
    })
  }

  private writersOf(tenant: string, stream?: string): readonly StreamWriter[] {
    const all = this.kept.of(tenant)
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

function nameOf({ followed: { tenant, stream } }: StreamWriter): string {
  return `${tenant}\n${stream}`
}

/** Work on the stream, or on any of the tenant. */
function isOf(tenant: string, stream?: string): (name: string) => boolean {
  return (name) => (stream === undefined ? name.startsWith(`${tenant}\n`) : name === `${tenant}\n${stream}`)
}

/** What writes, too: there is one process for it. */
const isAny = (): boolean => true

function pinName(stream: string): string {
  return `history ${stream}`
}
