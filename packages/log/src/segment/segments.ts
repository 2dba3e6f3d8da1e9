import type { Chunk } from '../chunk.ts'
import type { LogEvent } from '../events.ts'
import type { Files } from '../files/files.ts'
import type { LogOptions, Pin, Retention } from '../log.ts'
import type { JournalChunk, LogState, StreamState, TenantState } from '../state/log-state.ts'

/**
 * The rewritten part of a log: a folder of segment files a tenant and stream. What segments there are stands in the log's state
 * (`StreamState.segments`), which is changed only once the files are durable; so the manifest may be saved at any time.
 *
 * Background work is done by `maintain` alone, in steps of a few ms.
 */
export interface Segments {
  /** The first chunk in segments with a row at `sequence` or higher; null: there is none (any more). `missed` hears of damaged rows before it. */
  chunkFrom(stream: StreamState, sequence: number, missed: (rows: number) => void): Promise<Chunk | null>
  /** The newest chunk in segments; null: none, or it is damaged. */
  last(stream: StreamState): Promise<Chunk | null>
  /** Of the stream's rows in segments, the first that was accepted at `ms` or later; null: none is. */
  sequenceAt(stream: StreamState, ms: number): Promise<number | null>

  setRetention(stream: StreamState, retention: Retention): Promise<void>
  pin(tenant: TenantState, pin: Pin): Promise<void>
  unpin(tenant: TenantState, name: string): Promise<void>
  /** Forgets all that the stream, or all streams of the tenant, have now. Appends under way are the caller's to wait for. */
  erase(tenant: TenantState, stream?: string): Promise<void>

  /**
   * Removes orphans (the first time, and after a copy of the log), expires pins, drops what retention lets go, rewrites closed journals, joins small segments; then all of
   * it is durable, what it replaced is removed, and `releaseJournals` was called. One run at a time: a call during a run waits for the next one.
   * Never rejects: what failed is reported as `background-failed` and is tried again by the next call.
   */
  maintain(): Promise<void>
  /** As `maintain`, but for all that is in closed journals: none of them is needed any more then. */
  rewriteAll(): Promise<void>
  /** Stops a run of `maintain` after its current step, saves pins that moved and closes the files. */
  close(): Promise<void>
}

export interface SegmentsOptions {
  readonly state: LogState
  /** The log's folder; segments are in its folder `segments`, made where it is missing. */
  readonly directory: string
  readonly files: Files
  /** A chunk of a journal; null: it is damaged, and was reported. */
  readonly readJournal: (stream: StreamState, chunk: JournalChunk) => Promise<Chunk | null>
  readonly saveManifest: () => Promise<void>
  /** Saves the manifest without the closed journals of which no chunk is needed, then removes them; not always each of them at once, but with `all`. */
  readonly releaseJournals: (all: boolean) => Promise<void>
  readonly join?: LogOptions['join']
  readonly report: (event: LogEvent) => void
  /** Log time now, ms. */
  readonly now: () => number
  /** As in LogOptions. Default 16. */
  readonly maxJournals?: number
  /** With `os` nothing is synced. Default `fsync`. */
  readonly durability?: 'fsync' | 'os'
  /** Bytes of recently read chunks that all readers share. Default 128 MiB. */
  readonly cacheBytes?: number
  /** As in LogOptions. Default 1 MiB. */
  readonly rewriteBytes?: number
  /** Segments are not joined beyond it. Default 64 MiB. */
  readonly segmentBytes?: number
}
