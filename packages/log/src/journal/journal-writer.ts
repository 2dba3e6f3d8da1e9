import { join } from 'node:path'
import { MillraceError } from '@millrace/plan'
import type { LogEvent } from '../events.ts'
import { eventOf, logError, reasonOf } from '../failures.ts'
import { createAnew, isDiskFull, removeIfThere } from '../files/durable.ts'
import type { File, Files } from '../files/files.ts'
import { closeJournal, type JournalFile, journalFile } from '../state/journal-file.ts'
import type { LogState } from '../state/log-state.ts'
import type { EncodedCommit } from './encode-commit.ts'
import { encodeFileHeader } from './file-header.ts'
import { fileHeader, journalName } from './layout.ts'

export interface JournalWriterOptions {
  readonly files: Files
  /** Of the log. */
  readonly directory: string
  readonly state: LogState
  readonly journalBytes: number
  readonly durability: 'fsync' | 'os'
  readonly report: (event: LogEvent) => void
  /** Called when a journal was closed. */
  readonly onClosed: (journal: JournalFile) => void
}

/** Where a commit stands, and what writing and syncing it took. */
export interface Written {
  readonly journal: JournalFile
  readonly at: number
  readonly tookMs: number
  readonly syncMs: number
}

/** Writes commits to the newest journal, and begins a new one where that is full. */
export class JournalWriter {
  readonly #options: JournalWriterOptions
  /** The disk was full the last time. */
  #full = false
  #writing: Promise<unknown> | null = null
  #rolling: Promise<void> | null = null

  constructor(options: JournalWriterOptions) {
    this.#options = options
  }

  /** Begins a new journal. It is there, with its name, before it answers. */
  async begin(): Promise<void> {
    const { files, state } = this.#options
    const number = state.lastJournal + 1
    const path = join(this.#folder, journalName(number))
    const file = await createAnew(files, path)
    try {
      await this.#writeHeader(file, number)
    } catch (error) {
      await file.close()
      await removeIfThere(files, this.#folder, journalName(number)).catch(() => {})
      throw error
    }
    state.lastJournal = number
    state.journals.push(journalFile(number, path, file, fileHeader.bytes))
  }

  /**
   * Writes a commit durably and answers the journal, where the frame begins in it, and how long that took. Rejects with LOG_DISK_FULL: nothing of it is left;
   * with LOG_FAILED: nobody knows.
   */
  async write(commit: EncodedCommit): Promise<Written> {
    while (this.#rolling !== null) await this.#rolling.catch(() => {})
    const written = this.#write(commit)
    this.#writing = written
    return written
  }

  /** Closes the newest journal, unless it is empty: what comes next goes to a new one. Answers the number up to which journals are closed. */
  async roll(): Promise<number> {
    while (this.#rolling !== null) await this.#rolling.catch(() => {})
    this.#rolling = this.#roll()
    await this.#rolling.finally(() => {
      this.#rolling = null
    })
    return this.#options.state.lastJournal - 1
  }

  async #roll(): Promise<void> {
    await this.#writing?.catch(() => {})
    // The commit that was written is counted once it goes on.
    await new Promise((resolve) => setImmediate(resolve))
    const current = this.#options.state.journals.at(-1)!
    if (current.bytes > fileHeader.bytes) await this.#next(current)
  }

  async #write(commit: EncodedCommit): Promise<Written> {
    const fromMs = performance.now()
    const journal = await this.#journalFor(commit.bytes)
    const at = journal.bytes
    try {
      await journal.file.write(commit.parts, at)
    } catch (error) {
      await this.#cutBack(journal, error)
    }
    const writtenMs = performance.now()
    if (this.#options.durability === 'fsync') await this.#sync(journal)
    const syncedMs = this.#options.durability === 'fsync' ? performance.now() : writtenMs
    journal.bytes = at + commit.bytes
    this.#full = false
    return { journal, at, tookMs: syncedMs - fromMs, syncMs: syncedMs - writtenMs }
  }

  /** Nothing is written any more: the newest journal is closed, or goes where it is empty. */
  async end(): Promise<void> {
    const { files, state } = this.#options
    const newest = state.journals.at(-1)!
    if (newest.bytes > fileHeader.bytes) return this.#close(newest)
    state.journals.pop()
    await closeJournal(newest)
    await removeIfThere(files, this.#folder, journalName(newest.number)).catch(() => {})
  }

  #close(journal: JournalFile): void {
    journal.closed = true
    journal.rows = this.#options.state.rows
    this.#options.onClosed(journal)
  }

  get #folder(): string {
    return join(this.#options.directory, 'journals')
  }

  async #writeHeader(file: File, number: number): Promise<void> {
    const { id, commit, rows } = this.#options.state
    await file.write([encodeFileHeader(id, { number, commit, rows })], 0)
    await file.sync()
    await this.#options.files.syncDirectory(this.#folder)
  }

  async #journalFor(bytes: number): Promise<JournalFile> {
    const { state, journalBytes } = this.#options
    const current = state.journals.at(-1)!
    if (current.bytes === fileHeader.bytes || current.bytes + bytes <= journalBytes) return current
    await this.#next(current)
    return state.journals.at(-1)!
  }

  async #next(current: JournalFile): Promise<void> {
    try {
      await this.begin()
    } catch (error) {
      throw this.#error(current, error)
    }
    this.#close(current)
  }

  async #sync(journal: JournalFile): Promise<void> {
    try {
      await journal.file.sync()
    } catch (error) {
      throw this.#failed(journal, error)
    }
  }

  /** After a failed write the file ends again where the last commit ends, also after a loss of power. */
  async #cutBack(journal: JournalFile, error: unknown): Promise<never> {
    if (!isDiskFull(error)) throw this.#failed(journal, error)
    try {
      await journal.file.truncate(journal.bytes)
      if (this.#options.durability === 'fsync') await journal.file.sync()
    } catch (second) {
      throw this.#failed(journal, second)
    }
    throw this.#error(journal, error)
  }

  /** Told once, however often it is tried again. */
  #error(journal: JournalFile, cause: unknown): MillraceError {
    const { directory, report } = this.#options
    const error = logError(directory, journal.path, cause)
    const full = error.code === 'LOG_DISK_FULL'
    if (!full || !this.#full) report(eventOf(journal.path, error))
    this.#full = full
    return error
  }

  /** After it nobody knows what of the journal is durable. */
  #failed(journal: JournalFile, cause: unknown): MillraceError {
    const { directory, report } = this.#options
    const error = new MillraceError('LOG_FAILED', { directory, reason: `${journal.path}: ${reasonOf(cause)}` }, { cause })
    report(eventOf(journal.path, error))
    return error
  }
}
