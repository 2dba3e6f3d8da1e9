import { MillraceError } from '@millrace/plan'
import type { Background } from './background.ts'
import type { Chunk } from './chunk.ts'
import { checkName } from './commit/check-append.ts'
import type { CommitLoop } from './commit/commit-loop.ts'
import type { Waiters } from './commit/waiters.ts'
import { copyLog } from './copy/copy-log.ts'
import type { LogEvent } from './events.ts'
import { eventOf, logError } from './failures.ts'
import type { Files } from './files/files.ts'
import type { Append, Log, LogCopy, LogFigures, LogReader, Pin, ReaderOptions, Receipt, Retention, StreamFigures } from './log.ts'
import type { LogClock } from './log-clock.ts'
import type { Chunks } from './reading/chunks.ts'
import { MergingReader } from './reading/merging-reader.ts'
import type { Segments } from './segment/segments.ts'
import { logFiguresOf } from './state/log-figures.ts'
import { forgetProducers, type LogState, streamOf, tenantOf } from './state/log-state.ts'
import { manifestPath } from './state/manifest-file.ts'
import { figuresOf } from './state/stream-figures.ts'

/** What an open log is made of. */
export interface LogParts {
  readonly directory: string
  readonly files: Files
  readonly state: LogState
  readonly clock: LogClock
  readonly commits: CommitLoop
  readonly waiters: Waiters
  readonly chunks: Chunks
  readonly segments: Segments
  readonly background: Background
  /** Closes the newest journal; answers the number up to which journals are closed. */
  readonly rollJournal: () => Promise<number>
  /** Saves the manifest of a log to which nothing is added any more and gives its files back. */
  readonly report: (event: LogEvent) => void
  readonly end: (clean: boolean) => Promise<void>
}

export class DurableLog implements Log {
  readonly #parts: LogParts
  #closing: Promise<void> | null = null
  readonly #copies = new Set<Promise<LogCopy>>()

  constructor(parts: LogParts) {
    this.#parts = parts
  }

  append(append: Append): Promise<Receipt> {
    return this.#parts.commits.append(append)
  }

  now(): number {
    return this.#parts.clock.now()
  }

  get lastMs(): number {
    return this.#parts.clock.entryMs
  }

  figures(): LogFigures {
    return logFiguresOf(this.#parts.state, this.#parts.commits.waitingBytes)
  }

  tenants(): readonly string[] {
    return [...this.#parts.state.tenants.keys()]
  }

  streams(tenant: string): readonly StreamFigures[] {
    return [...(this.#parts.state.tenants.get(tenant)?.streams.values() ?? [])].map(figuresOf).filter(({ rows }) => rows > 0)
  }

  stream(tenant: string, stream: string): StreamFigures | null {
    const known = this.#parts.state.tenants.get(tenant)?.streams.get(stream)
    return known === undefined ? null : figuresOf(known)
  }

  nextSequence(tenant: string): number {
    const { tenants, firstSequence } = this.#parts.state
    return tenants.get(tenant)?.nextSequence ?? firstSequence
  }

  producerSequence(tenant: string, producer: string): number | null {
    return this.#parts.state.tenants.get(tenant)?.producers.highest(producer) ?? null
  }

  async sequenceAt(tenant: string, ms: number): Promise<number> {
    const known = this.#parts.state.tenants.get(tenant)
    const found = known === undefined ? null : await this.#parts.chunks.sequenceAt(known, ms)
    return found ?? this.nextSequence(tenant)
  }

  reader(options: ReaderOptions): LogReader {
    const { state, chunks, waiters } = this.#parts
    return new MergingReader(options, state, chunks, waiters)
  }

  async last(tenant: string, stream: string): Promise<Chunk | null> {
    const known = this.#parts.state.tenants.get(tenant)?.streams.get(stream)
    return known === undefined ? null : this.#parts.chunks.last(known)
  }

  async setRetention(tenant: string, stream: string, retention: Retention): Promise<void> {
    checkName('tenant', tenant)
    checkName('stream', stream)
    await this.#saving((segments) => segments.setRetention(streamOf(tenantOf(this.#parts.state, tenant), stream), retention))
  }

  async pin(pin: Pin): Promise<void> {
    checkName('tenant', pin.tenant)
    checkName('pin', pin.name)
    await this.#saving((segments) => segments.pin(tenantOf(this.#parts.state, pin.tenant), pin))
  }

  async unpin(tenant: string, name: string): Promise<void> {
    const known = this.#parts.state.tenants.get(tenant)
    if (known !== undefined) await this.#saving((segments) => segments.unpin(known, name))
  }

  pins(tenant: string): readonly Pin[] {
    return [...(this.#parts.state.tenants.get(tenant)?.pins.values() ?? [])]
  }

  async erase(tenant: string, stream?: string): Promise<void> {
    const known = this.#parts.state.tenants.get(tenant)
    if (known === undefined) return
    await this.#parts.commits.settled()
    if (stream === undefined) forgetProducers(known)
    await this.#saving((segments) => segments.erase(known, stream))
  }

  async purge(): Promise<void> {
    const { commits, directory, segments, state, rollJournal } = this.#parts
    commits.refuseIfEnded()
    // While a copy is made no file goes.
    await Promise.allSettled(this.#copies)
    const last = await rollJournal()
    await segments.rewriteAll()
    if (state.journals.some(({ number }) => number <= last)) throw new MillraceError('LOG_PURGE', { directory })
  }

  maintain(): Promise<void> {
    return this.#parts.segments.maintain()
  }

  async copyTo(directory: string): Promise<LogCopy> {
    const { background, commits, directory: from, files, state } = this.#parts
    commits.refuseIfEnded()
    const copy = copyLog(files, from, state, directory)
    this.#copies.add(copy)
    try {
      return await copy
    } finally {
      this.#copies.delete(copy)
      background.wake()
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** What cannot be saved for any reason but a full disk ends the log: the disk cannot be trusted. */
  async #saving(work: (segments: Segments) => Promise<void>): Promise<void> {
    const { commits, directory, report, segments } = this.#parts
    commits.refuseIfEnded()
    try {
      await work(segments)
    } catch (cause) {
      const file = manifestPath(directory)
      const error = logError(directory, file, cause)
      report(eventOf(file, error))
      if (error.code === 'LOG_FAILED') commits.fail(error)
      throw error
    }
  }

  async #close(): Promise<void> {
    const { background, commits, directory, segments, waiters, end } = this.#parts
    await commits.close(new MillraceError('LOG_CLOSED', { directory }))
    waiters.close()
    await Promise.allSettled(this.#copies)
    await segments.close()
    await background.stop()
    await end(!commits.failed)
  }
}
