import type { EpochBegin } from '../epoch-begin.ts'

/** `arrow`: an Arrow IPC stream. */
export type QueryFormat = 'json' | 'csv' | 'arrow' | 'parquet'
export type QueryParam = string | number | boolean | null

/** What the process of a query is told, once. */
export interface QueryTask {
  readonly tables: readonly QueryTable[]
  /** Its own folder, for what does not fit into memory and for answers. */
  readonly directory: string
  readonly sql: string
  readonly params: Readonly<Record<string, QueryParam>>
  readonly format: QueryFormat
  readonly limits: QueryLimits
}

export interface QueryTable {
  readonly name: string
  /** Of the tables that a query names these are the only files that its process may open. */
  readonly paths: readonly string[]
  /** What the columns are where no file is left. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** Its rows are results, of which `latest` shows only the newest. */
  readonly results: boolean
  /** Where epochs of its results began. */
  readonly epochs?: readonly EpochBegin[]
}

export interface QueryLimits {
  /** Ended after this time. Default 30 s. */
  readonly timeMs: number
  /** Of DuckDB; the process is ended beyond twice as much and 256 MiB. Default 512 MiB. */
  readonly memoryBytes: number
  /** Written to disk for what does not fit into memory. Default 1 GiB. */
  readonly temporaryBytes: number
  /** Default 1. */
  readonly threads: number
  /** Rows answered; what lies beyond is cut, and the answer says so. Default 100,000. */
  readonly maxRows: number
  /** Bytes answered: JSON is cut there, a larger CSV or Parquet file refused. Default 64 MiB. */
  readonly maxBytes: number
}

/** What the process of a query answers, once. */
export type QueryReply = QueryDone | QueryFailed | QueryTooLarge

export interface QueryDone {
  readonly kind: 'done'
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: number
  /** There are more rows than the limits let through. */
  readonly truncated: boolean
  /** Of `json`: a JSON array of objects, as UTF-8. */
  readonly bytes: Uint8Array
}

export interface QueryFailed {
  readonly kind: 'failed'
  readonly cause: 'refused' | 'sql' | 'memory' | 'interrupted'
  readonly reason: string
}

/** The file of the answer grew beyond the bytes that are allowed. */
export interface QueryTooLarge {
  readonly kind: 'too-large'
  /** What it had until then. */
  readonly bytes: number
}
