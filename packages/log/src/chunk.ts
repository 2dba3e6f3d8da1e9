/**
 * batch: rows as columns (docs/batch-format.md); only these are joined into larger chunks.
 * bytes: rows as bytes that nobody here decodes, dead letters among them.
 * tick, paused, resumed, end: entries of the log's own clock, one row each, no payload (semantics T5, T8).
 * mark: how far a job has come; only the newest of its stream is needed.
 */
export type ChunkKind = 'batch' | 'bytes' | 'tick' | 'paused' | 'resumed' | 'end' | 'mark'

/** Of chunks whose rows are records; those of others are entries of the clock and marks. */
export const recordKinds: ReadonlySet<ChunkKind> = new Set(['batch', 'bytes'])

/** What a writer appends: consecutive rows of a stream. */
export interface NewChunk {
  readonly stream: string
  readonly kind: ChunkKind
  /** Sequences it takes, at least 1. */
  readonly rows: number
  /** Version of the stream's schema that the rows follow; 0 where none applies. */
  readonly schema: number
  /** Kept by the log as it is: its owner must not change it any more. Best in shared memory, so that workers can see it. */
  readonly payload: Uint8Array
  /**
   * Log time by row, ms, never falling and never below the log's: for local runs, whose time derives from the data (semantics T8).
   * Without it every row has the log time of its append. Kept as runs of equal times.
   */
  readonly ingestionMs?: Float64Array
}

/** Rows of a stream as the log keeps them. */
export interface Chunk extends Omit<NewChunk, 'ingestionMs'> {
  readonly tenant: string
  readonly runs: Runs
}

/**
 * Where the rows of a chunk stand in the tenant's order: run r holds the next rows[r] rows of the chunk; they have the
 * sequences sequence[r], sequence[r] + 1, ... and were accepted at log time ingestionMs[r]. Arrays have `count` entries.
 */
export interface Runs {
  readonly count: number
  readonly rows: Int32Array
  readonly sequence: Float64Array
  readonly ingestionMs: Float64Array
}

/** Rows [from, to) of a chunk. */
export interface Piece {
  readonly chunk: Chunk
  readonly from: number
  readonly to: number
}
