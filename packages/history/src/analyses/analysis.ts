import type { QueryParam } from '../query/messages.ts'

export type AnalysisValue = QueryParam | readonly string[]
export type AnalysisValues = Readonly<Record<string, AnalysisValue>>

/** A question that is asked of many tables: SQL with the names of tables and columns filled in, and values as parameters. */
export interface Analysis {
  readonly name: string
  /** What it answers, in a sentence. */
  readonly about: string
  readonly params: readonly AnalysisParam[]
  /** Over checked values: each that a parameter names is there. */
  readonly sql: (values: Checked) => string
}

export interface AnalysisParam {
  readonly name: string
  /**
   * table: of the history. column, columns: of that table, or of the one that `of` names. choice: one of `choices`. whole: a whole number of at least 1.
   * instant: ISO 8601, or missing. zone: an IANA name.
   */
  readonly kind: 'table' | 'column' | 'columns' | 'choice' | 'number' | 'whole' | 'instant' | 'zone'
  readonly about: string
  readonly default?: AnalysisValue
  readonly choices?: readonly string[]
  /** Name of the parameter whose table has the column; default `table`. */
  readonly of?: string
}

/** Values as SQL: names quoted, everything else a parameter of the statement. */
export interface Checked {
  readonly table: (param: string) => string
  readonly column: (param: string) => string
  readonly columns: (param: string) => readonly string[]
  readonly choice: (param: string) => string
}

export const tableParam: AnalysisParam = { name: 'table', kind: 'table', about: 'The table; of results only the newest revision of each counts.' }
export const timeParam: AnalysisParam = { name: 'time', kind: 'column', about: 'The column that says when.', default: 'time' }
export const zoneParam: AnalysisParam = { name: 'zone', kind: 'zone', about: 'The zone of hours and days.', default: 'UTC' }
export const limitParam: AnalysisParam = { name: 'limit', kind: 'whole', about: 'Rows at most.', default: 10 }
export const spanParams: readonly AnalysisParam[] = [
  { name: 'from', kind: 'instant', about: 'Rows of this instant or later.', default: null },
  { name: 'to', kind: 'instant', about: 'Rows before this instant.', default: null },
]

/** Rows within `from` and `to`. */
export function within(time: string): string {
  return `($from IS NULL OR ${time} >= $from::TIMESTAMPTZ::TIMESTAMP) AND ($to IS NULL OR ${time} < $to::TIMESTAMPTZ::TIMESTAMP)`
}

/** An instant as local time of the zone. */
export function local(time: string): string {
  return `(${time} AT TIME ZONE 'UTC' AT TIME ZONE $zone)`
}

/** The first columns of an answer, to group and order by: by its name a column of the table could be meant as well. */
export function positions(count: number): string {
  return Array.from({ length: count }, (_, at) => at + 1).join(', ')
}
