import type { ScalarType } from '@millrace/plan'

/**
 * A part of an aggregate's state and how it is folded, as generated code. State arrays are named by
 * `at(n)` for the entry written to; `y` is that entry, or the pane's unread place where the row does not
 * count, so that most updates need no branch. Aggregates with equal argument and condition share parts.
 */
export interface Piece {
  /** The value of each state of a new entry, as code. */
  readonly initial: readonly string[]
  /** Folds the row's argument: `v` is its value, `time` its event time, `ok` whether it counts. */
  add(state: (n: number) => string, fold: Fold): string
  /** Folds a later slice's state (`from`) into `state`; both are full element accesses. */
  merge(state: (n: number) => string, from: (n: number) => string): string
}

export interface Fold {
  /** Array of state n, without index. */
  readonly array: (n: number) => string
  readonly value: string
  readonly time: string
  /** 1 or 0, or the text `1` where every row counts. */
  readonly ok: string
  readonly type: ScalarType
}

export type PieceName = 'rows' | 'sum' | 'min' | 'max' | 'minText' | 'maxText' | 'first' | 'last' | 'moments'
