import type { Value } from './value.ts'

/** One entry of a log, with plain values: what a job sees, in the order in which it sees it (semantics O1). */
export type LogEntry = RecordEntry | TickEntry | PauseEntry | EndEntry

export interface RecordEntry {
  readonly kind: 'record'
  readonly sequence: number
  readonly stream: string
  /** Log time at which the record was accepted, ms; never falls along the log. */
  readonly ingestionMs: number
  /** By flat name: `sensor.id`. Lists are arrays of such rows, or of plain values. */
  readonly row: Readonly<Record<string, Value>>
}

export interface TickEntry {
  readonly kind: 'tick'
  readonly sequence: number
  readonly logMs: number
}

export interface PauseEntry {
  readonly kind: 'paused' | 'resumed'
  readonly sequence: number
  readonly stream: string
  readonly logMs: number
}

export interface EndEntry {
  readonly kind: 'end'
  readonly sequence: number
}
