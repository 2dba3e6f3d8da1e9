import type { JobStats, MemberStats, Membership } from '@millrace/engine'
import type { NewChunk, Piece } from '@millrace/log'
import type { Constant, Plan } from '@millrace/plan'

/** Number of a job, or of one part of a spread job, within a pool; never given twice. */
export type RunId = number

/** What a worker needs to run a job, or one part of it. */
export interface RunSpec {
  readonly tenant: string
  readonly job: string
  readonly plan: Plan
  readonly params: Readonly<Record<string, Constant>>
  /** Jobs that share the work of this one; null: it is one. */
  readonly members: Membership | null
  readonly weight: number
  readonly stateBytes: number
  readonly keys: number
  readonly part: { readonly index: number; readonly of: number } | null
  readonly epoch: number
  /** State to begin with, one for each part that left one; empty: none. */
  readonly snapshots: readonly Uint8Array[]
  readonly upgrade: boolean
  /** Entries up to this sequence are in the state. */
  readonly position: number
  /** Results caused by entries up to this sequence are in the log already. */
  readonly silentUntil: number
  /** No snapshot may stand before this entry. */
  readonly settledAt: number
  /** Results that are handed over together, at least, where they wait; rows. */
  readonly handOverRows: number
}

/** To a worker. */
export type Order =
  | { readonly kind: 'open'; readonly run: RunId; readonly spec: RunSpec }
  /** The answer to `want`: all entries behind those handed over before, up to `upTo`. */
  | { readonly kind: 'pieces'; readonly run: RunId; readonly pieces: readonly Piece[]; readonly upTo: number }
  /** The answer to `results`: they are in the log. */
  | { readonly kind: 'appended'; readonly run: RunId }
  /** A snapshot is wanted, and with `stop` the end of the run: after all entries up to `at`; null: as soon as it can be. */
  | { readonly kind: 'snapshot'; readonly run: RunId; readonly at: number | null; readonly stop: boolean }
  /** A snapshot's memory may be used again. */
  | { readonly kind: 'reuse'; readonly memory: SharedArrayBuffer }
  /** Forget the run at once. */
  | { readonly kind: 'drop'; readonly run: RunId }
  | { readonly kind: 'figures'; readonly run: RunId }
  /** Results of all parts of a spread job, to be put into one order. */
  | { readonly kind: 'merge'; readonly run: RunId; readonly task: number; readonly streams: readonly MergeStream[] }

/** Rows of one result stream: of each part those that are due, in its order. */
export interface MergeStream {
  readonly stream: string
  readonly parts: readonly (readonly MergeSource[])[]
}

/** Rows [from, to) of an encoded batch. */
export interface MergeSource {
  readonly payload: Uint8Array
  readonly from: number
  readonly to: number
}

/** From a worker. */
export type Report =
  | { readonly kind: 'opened'; readonly run: RunId }
  /** The run will soon need more input. */
  | { readonly kind: 'want'; readonly run: RunId }
  /** Everything handed over so far is done: with the number of `pieces` orders taken, and when a tick would change something. */
  | { readonly kind: 'idle'; readonly run: RunId; readonly taken: number; readonly position: number; readonly nextTickMs: number | null }
  /**
   * Results caused by the entries up to `position`, to be appended together; the run sends no more until they are. `upTo`: these
   * are not all, and some are of entries behind the position, up to this one; null: they are.
   */
  | { readonly kind: 'results'; readonly run: RunId; readonly position: number; readonly upTo: number | null; readonly chunks: readonly NewChunk[] }
  /** State after the entries up to `position`; those results were sent before. `bytes` lies in memory to be handed back. */
  | { readonly kind: 'snapshot'; readonly run: RunId; readonly position: number; readonly bytes: Uint8Array; readonly pauseMs: number }
  | { readonly kind: 'figures'; readonly run: RunId; readonly figures: RunFigures }
  /** The answer to `merge`. */
  | { readonly kind: 'merged'; readonly run: RunId; readonly task: number; readonly chunks: readonly NewChunk[] }
  /** The run ended by an error; its state is gone. */
  | { readonly kind: 'failed'; readonly run: RunId; readonly failure: Failure }

export interface RunFigures {
  readonly stats: JobStats
  /** By id; null: the job has no members. */
  readonly members: ReadonlyMap<string, MemberStats> | null
  readonly position: number
  /** Processor time of its turns, ms. */
  readonly cpuMs: number
  /** Of its thread, with all that runs there, since that began. */
  readonly threadCpuMs: number
  /** Of the pieces taken. */
  readonly bytesIn: number
  readonly bytesOut: number
}

export interface Failure {
  readonly code: string
  readonly message: string
  readonly stack: string
}
