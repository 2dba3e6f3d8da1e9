import type { Chunk, NewChunk, Piece } from './chunk.ts'
import type { LogEvent } from './events.ts'
import type { Files } from './files/files.ts'

/** What is appended together: it is there whole or not at all, whatever happens. */
export interface Append {
  readonly tenant: string
  /** At least one; their rows get sequences in this order, without a gap. */
  readonly chunks: readonly NewChunk[]
  /**
   * Appends of one producer with a sequence that was accepted before are not appended again. Of each producer the 128 accepted appends of the
   * highest sequences are known, what is older is refused with LOG_PRODUCER_SEQUENCE_TOO_OLD; of a tenant the 10,000 producers heard last are known.
   */
  readonly producer?: { readonly id: string; readonly sequence: number }
}

export interface Receipt {
  /** Sequence of the first row of each chunk; of a duplicate: what the accepted append got. */
  readonly sequences: readonly number[]
  /** Log time of the append, ms; it never falls within a log, whatever the system's clock does. */
  readonly ingestionMs: number
  readonly duplicate: boolean
}

export interface LogOptions {
  readonly directory: string
  /** `fsync` (default): acknowledged means on the disk. `os`: acknowledged means handed to the system; survives a crash of the process only. */
  readonly durability?: 'fsync' | 'os'
  readonly files?: Files
  /** Wall clock, ms. */
  readonly clock?: () => number
  /** Joins the payloads of `batch` chunks of one stream and schema, in order, into one payload. Without it chunks stay as they were appended. */
  readonly join?: (payloads: readonly Uint8Array[]) => Uint8Array
  /** A journal is closed at this size. Default 64 MiB. */
  readonly journalBytes?: number
  /** Journals that may wait to be rewritten; beyond it streams with little data are rewritten too. Default 16. */
  readonly maxJournals?: number
  /** A stream with as much in closed journals is rewritten. Default 1 MiB. */
  readonly rewriteBytes?: number
  /** Appended chunks kept in memory for followers. Default 64 MiB. */
  readonly tailBytes?: number
  /** Bytes of recently read segments kept in memory, shared by all readers. Default 128 MiB. */
  readonly cacheBytes?: number
  /** Bytes of appends that may wait for their commit; beyond it those of tenants that have their even share of it are refused with LOG_BUSY. Default 256 MiB. */
  readonly maxWaitingBytes?: number
  /** Told of each append once it is durable, in their order, before who appended hears of it; not of duplicates. It must not throw. */
  readonly appended?: (append: Append, receipt: Receipt) => void
  /** Told of each commit, as soon as it is durable. It must not throw. */
  readonly committed?: (commit: CommitFigures) => void
  /** Told of everything an operator should know: cut tails, damage, expired pins, failures. */
  readonly report?: (event: LogEvent) => void
}

/** What a commit was and took. */
export interface CommitFigures {
  readonly appends: number
  readonly rows: number
  /** Written to the journal. */
  readonly bytes: number
  /** For writing and syncing, ms. */
  readonly tookMs: number
  /** Of these for syncing, ms; 0 with `durability: 'os'`. */
  readonly syncMs: number
}

/** What the log has on the disk and what waits for it. */
export interface LogFigures {
  /** Number of the newest commit. */
  readonly commit: number
  readonly journals: number
  readonly journalBytes: number
  readonly segments: number
  readonly segmentBytes: number
  /** Of appends that wait for their commit. */
  readonly waitingBytes: number
}

/**
 * A folder of durable streams. Every tenant has one total order: each row a sequence of its own, from 1, shared by all of
 * the tenant's streams. One process opens a log at a time.
 *
 * Errors: LOG_LOCKED, LOG_NOT_WRITABLE, LOG_DAMAGED at `openLog`; `append` rejects with LOG_DISK_FULL (nothing was
 * appended; works again when there is room), LOG_FAILED (an fsync failed: nothing is accepted until the log is opened
 * anew), LOG_BUSY, LOG_CLOSED, or a LOG_ code naming what is wrong with the append itself.
 */
export interface Log {
  /**
   * Resolves once the append is durable. Appends of a tenant get their sequences in the order of the calls. Tenants take turns: what one appends
   * little by little never stands behind the much that another does.
   */
  append(append: Append): Promise<Receipt>
  /** Log time now, ms: the clock, but never less than of any entry. */
  now(): number
  /** Log time of the newest entry, ms, also where that still waits for its commit; -8.64e15 in an empty log. It survives a restart. */
  readonly lastMs: number
  figures(): LogFigures
  tenants(): readonly string[]
  streams(tenant: string): readonly StreamFigures[]
  /** Of one stream, also where retention left none of its rows; null: there never was one. */
  stream(tenant: string, stream: string): StreamFigures | null
  /** The sequence that the tenant's next row will get. */
  nextSequence(tenant: string): number
  /** The highest sequence accepted from a producer; null: none, or it was forgotten. */
  producerSequence(tenant: string, producer: string): number | null
  /** The smallest sequence whose row was accepted at `ms` or later, or the next one. */
  sequenceAt(tenant: string, ms: number): Promise<number>
  reader(options: ReaderOptions): LogReader
  /** The newest chunk of a stream; null: it has none. */
  last(tenant: string, stream: string): Promise<Chunk | null>
  /** What of a stream may go. Takes effect in the background; only what is in closed journals and segments goes. */
  setRetention(tenant: string, stream: string, retention: Retention): Promise<void>
  /**
   * Keeps all rows of the streams from `sequence` on, until moved by another call of the same name, released, or expired: older than `maxAgeMs`
   * or holding back more than `maxBytes`, which is reported. Resolves once it holds through a restart; moving forwards is lazy.
   */
  pin(pin: Pin): Promise<void>
  unpin(tenant: string, name: string): Promise<void>
  pins(tenant: string): readonly Pin[]
  /** Forgets a stream, or all of a tenant, its files included; sequences are not given anew. */
  erase(tenant: string, stream?: string): Promise<void>
  /**
   * Resolves when nothing of what was erased or dropped before is left in a file of the log: what others have beside it in journals is rewritten.
   * Damaged journals, kept aside, are left alone. Rejects with LOG_PURGE where a file could not be rewritten, LOG_DISK_FULL, LOG_FAILED, LOG_CLOSED.
   */
  purge(): Promise<void>
  /** Rewrites, drops and checks what is due now, and resolves when that is done; it also runs in the background. */
  maintain(): Promise<void>
  /**
   * Copies the log, as it is at one instant after the call, into a folder that is empty or not there, while the log goes on. The copy is a log
   * of its own, durable, with everything acknowledged before the call; its manifest comes last: a folder without one is no log. Files that never
   * change any more are hard links where the file system has them, so that a copy beside the log takes hardly any room or time.
   * Until it is done nothing is removed from this log's folder.
   *
   * Rejects with LOG_COPY (what there is of the copy is left), LOG_FAILED, LOG_CLOSED.
   */
  copyTo(directory: string): Promise<LogCopy>
  /** What waits is committed, copies are finished, then the lock is given back. */
  close(): Promise<void>
}

/** What a copy of a log holds. */
export interface LogCopy {
  /** Number of its newest commit. */
  readonly commit: number
  /** Log time of its newest entry, ms. */
  readonly lastMs: number
  readonly files: number
  /** Of all files, links included. */
  readonly bytes: number
  /** CRC-32 of the files that were copied byte by byte, by their path in the copy, with `/`: they need not be read for it. */
  readonly checksums: ReadonlyMap<string, number>
}

export interface ReaderOptions {
  readonly tenant: string
  /** They need not exist yet. */
  readonly streams: readonly string[]
  /** The first sequence of interest. Default 0. */
  readonly from?: number
}

/** Reads streams of a tenant in their total order. */
export interface LogReader {
  /** Every row of the streams below it was handed out. */
  readonly position: number
  /** Rows that were stepped over because they are damaged. */
  readonly missed: number
  /**
   * The next rows, up to about `maxBytes` (default 4 MiB, at least one piece); empty: that was all so far. Between the rows of a
   * piece no row of another of the streams stands. Rows that retention dropped or that are damaged are stepped over.
   */
  read(maxBytes?: number): Promise<readonly Piece[]>
  /** Resolves once `read` would find rows, at once where it would now; also when the reader or the log is closed. */
  wait(): Promise<void>
  close(): void
}

export interface StreamFigures {
  readonly stream: string
  /** Rows still kept. */
  readonly rows: number
  /** Those of them that are records: no entries of the clock, no marks. */
  readonly records: number
  /** Records that retention dropped so far. */
  readonly droppedRecords: number
  readonly bytes: number
  /** Of the oldest row kept; null: none is. */
  readonly firstSequence: number | null
  readonly lastSequence: number | null
  readonly lastIngestionMs: number | null
  /** No row up to this sequence is kept any more, though there was one; 0: retention dropped nothing. */
  readonly droppedUpTo: number
}

export interface Retention {
  /** By ingestion time; null: no limit. */
  readonly maxAgeMs: number | null
  readonly maxBytes: number | null
  /** Keep the newest chunk only, whatever its age. */
  readonly lastOnly?: boolean
}

export interface Pin {
  readonly tenant: string
  readonly name: string
  readonly streams: readonly string[]
  readonly sequence: number
  readonly maxAgeMs: number
  readonly maxBytes: number
}

export type OpenLog = (options: LogOptions) => Promise<Log>
