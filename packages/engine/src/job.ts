import type { Batch, Rows } from '@millrace/columns'
import type { Constant, Plan } from '@millrace/plan'
import type { Part } from './spread/part.ts'

/** One entry of the tenant's log, in the log's order: sequences rise from push to push. */
export type Input = RowsInput | TickInput | PauseInput | EndInput

/** Records of a stream: rows [from, to) of the batch. */
export interface RowsInput {
  readonly kind: 'rows'
  readonly stream: string
  /** Of the first row, the others count on from it; or by row of the batch, rising, perhaps with gaps (other streams' entries). */
  readonly sequence: number | Float64Array
  readonly batch: Batch
  readonly from: number
  readonly to: number
  /** Log time at which the records were accepted, ms: one for all, or by row of the batch. */
  readonly ingestion: number | Float64Array
}

/** The log's clock reached a deadline of some job (semantics T5). */
export interface TickInput {
  readonly kind: 'tick'
  readonly sequence: number
  readonly logMs: number
}

/** The stream's source stopped (or went on) without being idle. */
export interface PauseInput {
  readonly kind: 'paused' | 'resumed'
  readonly stream: string
  readonly sequence: number
  readonly logMs: number
}

/** No record will follow on any stream: everything open closes (semantics T8). */
export interface EndInput {
  readonly kind: 'end'
  readonly sequence: number
}

/** Who takes what a job gives. Rows are valid only during the call; a sink copies what it keeps. */
export interface JobSink {
  rows(output: string, rows: Rows): void
  /** Rows too late for all windows of an aggregate, with the watermark before each (semantics T4). */
  late(operator: string, rows: Rows, watermark: Float64Array): void
}

export interface JobOptions {
  readonly sink: JobSink
  /** Values for the plan's params. */
  readonly params?: Readonly<Record<string, Constant>>
  /**
   * State to go on from, as `snapshot` gave it; or the parts of a job that was spread by key, all taken at the same place
   * of the log. Throws SNAPSHOT_OF_OTHER_PLAN, SNAPSHOT_VERSION, SNAPSHOT_PARTS_DIFFER, and SNAPSHOT_DAMAGED for bytes
   * that cannot be one. That they are the bytes written is not checked here: who keeps them puts a checksum around them.
   *
   * Values of `params` may differ from those that the snapshot was taken with: what was folded or told stays, what
   * comes is judged by the new ones.
   */
  readonly snapshot?: Uint8Array | readonly Uint8Array[]
  /**
   * The snapshot may be another plan's: operators and clocks of streams keep the state that fits, as `compareState` lists it,
   * and the rest begins anew. A watermark never falls by that: what begins anew counts as late what is late by the kept
   * clock of its streams; the clock of a stream begins anew where its event time is another.
   */
  readonly upgrade?: boolean
  /**
   * This job is one of `of`, spread by key (`spreadOf`): all take the same inputs, each gives the rows of its own keys, and of the
   * snapshot keeps their state; part 0 also what has no key, and the counts. `mergeParts` puts their rows in order by
   * `Rows.order`; `addStats` adds their figures up; a tick is needed where one of them needs it.
   */
  readonly part?: Part
  /**
   * A clock to measure operators with, ms, rising; the engine has none of its own. Without one nothing is measured.
   */
  readonly now?: () => number
  /** Rows after which a run stops and answers `more`; the call in progress may exceed it by a batch. */
  readonly budgetRows?: number
}

/**
 * A plan being run: a pure function from the log to result rows. The driver pushes one input, then
 * calls `run` until it answers `done`; only then it may push again or take a snapshot.
 */
export interface Job {
  push(input: Input): void
  run(): 'done' | 'more'
  /** Log time at which a tick would change something, ms; null: none would. */
  nextTickMs(): number | null
  /**
   * The state as bytes, to open a job with later; it holds what the job is now, whatever the job does next. `into` is asked
   * once for memory of at least that many bytes, perhaps shared with other threads; without it new memory is taken.
   * Memory that was touched before is several times faster; `stats().stateBytes` tells about how much it may take.
   */
  snapshot(into?: (bytes: number) => Uint8Array): Uint8Array
  stats(): JobStats
}

export interface JobStats {
  /** Records by stream. */
  readonly records: Readonly<Record<string, number>>
  /** Highest event time by stream, ms; null before the first record. */
  readonly highestEventTimeMs: Readonly<Record<string, number | null>>
  /** By stream, ms; null before the first record. */
  readonly watermarkMs: Readonly<Record<string, number | null>>
  readonly outputs: Readonly<Record<string, { readonly rows: number; readonly revisions: number }>>
  /** By operator that groups by windows. */
  readonly windows: Readonly<Record<string, WindowStats>>
  /** By alert operator. */
  readonly alerts: Readonly<Record<string, AlertStats>>
  /** Values that became missing by overflow, division by zero or range (semantics V2), by operator. */
  readonly failures: Readonly<Record<string, number>>
  readonly stateBytes: number
  readonly keys: number
  /** By operator with state. */
  readonly state: Readonly<Record<string, StateStats>>
  /** Time in each operator, ms, without what it handed its rows to; absent where the job was given no clock. */
  readonly timeMs?: Readonly<Record<string, number>>
}

export interface StateStats {
  /** Keys; of windows (key, slice of time) pairs. */
  readonly keys: number
  readonly bytes: number
}

export interface WindowStats {
  /** (key, window) pairs that fired. */
  readonly fired: number
  /** Revisions of results by late records, one a record and window. */
  readonly revised: number
  /** Records too late for all of their windows. */
  readonly tooLate: number
  /** (record, window) pairs lost, those of tooLate included. */
  readonly windowsMissed: number
  readonly open: number
}

export interface AlertStats {
  readonly opened: number
  readonly updated: number
  readonly cleared: number
  readonly withdrawn: number
  /** Episodes that did not open because of the cooldown. */
  readonly suppressed: number
  readonly openNow: number
}

export type OpenJob = (plan: Plan, options: JobOptions) => Job
