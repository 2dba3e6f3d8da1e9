import type { Rows } from '@millrace/columns'
import type { Ordering } from './spread/step.ts'
import type { StateWriter } from './state/bytes.ts'
import type { Restoring } from './state/restoring.ts'
import type { Strings } from './state/strings.ts'

/**
 * An operator with state. The job opens it (its constructor), restores it at most once, before anything
 * else, then calls `rows` and `watermark` in the order of the log, `snapshot` only between inputs.
 *
 * A call that has more to say than its budget answers true; the job then calls `more` until that answers
 * false, before it calls anything else (semantics L2).
 */
export interface StatefulOperator {
  readonly id: string
  /** Rows selection[from, to) of `rows`; the watermark did not cross `boundary` since the last `watermark`. */
  rows(rows: Rows, from: number, to: number): boolean
  /** The smallest watermark at which something falls due; Infinity: nothing waits. */
  deadline(): number
  /** The watermark reached `deadline()`, because of the entry `sequence`: does what is due at exactly that instant. */
  fire(sequence: number): boolean
  /** Nothing more falls due up to this watermark. */
  advance(watermarkMs: number): void
  /** The smallest watermark at which a row would be treated differently than now. */
  boundary(): number
  /** A row that the watermark has passed already may make something due at once: rows behind it must wait for that. */
  readonly eager: boolean
  more(): boolean
  /** Hands on rows held back to make larger batches. */
  flush(): void
  snapshot(writer: StateWriter): void
  restore(from: Restoring): void
  /** Marks the strings that the state holds; `renumber` then gives their new numbers. */
  markStrings(used: Uint8Array): void
  renumberStrings(numbers: Int32Array): void
  /** In a shared job: tells the member of every key (and slice of time) that has state, and whether an episode of it is open. */
  eachKey(visit: (member: number, open: boolean) => void): void
  /** In a shared job: `numbers` are by member its number from now on, -1 where it left. */
  renumberMembers(numbers: Int32Array): void
  readonly stateBytes: number
  readonly keys: number
}

/** Where an operator's rows go: everything downstream, run at once. */
export interface Downstream {
  emit(rows: Rows): void
  /** Something downstream has state: it must see each instant's rows before the watermark moves on. */
  readonly stateful: boolean
}

/** What an operator gets from its job. */
export interface OperatorContext {
  readonly strings: Strings
  readonly downstream: Downstream
  /** In a job that is one part of several: what its rows need to be put in one order with those of other parts. */
  readonly ordering: Ordering | null
  /** Watermark before the record with this sequence; while something due is done, the operator's own. */
  watermarkBefore(sequence: number): number
  late(rows: Rows, watermark: Float64Array): void
}
