import type { Chunk } from '../chunk.ts'
import type { LogEvent } from '../events.ts'
import type { Files } from '../files/files.ts'
import type { LogOptions, Pin, Retention } from '../log.ts'
import type { ClosedJournals } from './closed-journals.ts'

/**
 * The rewritten part of a log: a folder of segment files a tenant and stream, and the manifest that says which of them count,
 * what may go, and which pins hold. It reads closed journals and tells the core, by `through`, what of them is needed no more.
 *
 * All state is in memory, changed by one thread; only `read`, `last` and `sequenceAt` go to segment files.
 * Background work is done by `maintain` alone, in steps of a few ms.
 */
export interface Segments {
  /** Rows of the stream up to this sequence are in segments, or gone for good: chunks of journals up to it are no longer of interest. 0: none yet. */
  through(tenant: string, stream: string): number
  /** The highest sequence of the tenant that segments or erasures know of; 0: none. */
  highest(tenant: string): number
  tenants(): readonly string[]
  /** Streams of the tenant that have segments or a retention of their own. */
  streams(tenant: string): readonly SegmentFigures[]
  figures(tenant: string, stream: string): SegmentFigures | null
  /** The stream's next chunks from the one that holds `from` on, in order: at least one, then up to about `maxBytes`. */
  read(tenant: string, stream: string, from: number, maxBytes: number): Promise<SegmentRead>
  /** The newest chunk in segments; null: none, or it is damaged. */
  last(tenant: string, stream: string): Promise<Chunk | null>
  /** Of the tenant's rows in segments, the smallest sequence accepted at `ms` or later; null: none is. */
  sequenceAt(tenant: string, ms: number): Promise<number | null>

  setRetention(tenant: string, stream: string, retention: Retention): Promise<void>
  retention(tenant: string, stream: string): Retention | null
  pin(pin: Pin): Promise<void>
  unpin(tenant: string, name: string): Promise<void>
  pins(tenant: string): readonly Pin[]
  /** Forgets what the stream, or all streams of the tenant, have up to the sequence `through`, the last that was given. */
  erase(tenant: string, stream: string | undefined, through: number): Promise<void>

  /**
   * Removes orphans (the first time), expires pins, drops what retention lets go, rewrites closed journals, joins small segments; then all of
   * it is durable, what it replaced is removed, and `journals.release` was called. One run at a time: a call during a run waits for the next one.
   * Never rejects: what failed is reported as `background-failed` and is tried again by the next call.
   */
  maintain(): Promise<void>
  /** Stops a run of `maintain` after its current step and closes the files. */
  close(): Promise<void>
}

export interface SegmentRead {
  readonly chunks: readonly Chunk[]
  /**
   * All rows of the stream up to here are in `chunks`, or were below `from`, or are gone: the next read goes on at `to` + 1. Where there
   * are no more rows in segments, `chunks` is empty and `to` is `through` of the stream.
   */
  readonly to: number
  /** Rows from `from` up to `to` that are damaged. */
  readonly damagedRows: number
}

export interface SegmentFigures {
  readonly stream: string
  readonly rows: number
  readonly bytes: number
  readonly firstSequence: number | null
  readonly lastSequence: number | null
  readonly lastIngestionMs: number | null
}

export interface SegmentsOptions {
  /** The log's folder; segments are in its folder `segments`, made where it is missing. */
  readonly directory: string
  /** Of the log: 16 bytes. */
  readonly logId: Uint8Array
  readonly files: Files
  readonly journals: ClosedJournals
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
  /** A stream with as much in closed journals is rewritten. Default 1 MiB. */
  readonly rewriteBytes?: number
  /** Segments are not joined beyond it. Default 64 MiB. */
  readonly segmentBytes?: number
}
