import type { Demand } from './delivery.ts'
import type { Constant } from './expression.ts'
import type { Operator } from './operator.ts'
import type { Schema } from './schema.ts'

export const planVersion = 1

/** What an app does, as plain JSON. Made by the sdk, checked by `validate`, run by an engine. */
export interface Plan {
  readonly version: typeof planVersion
  readonly name: string
  /** Values an operator may set at the start of a job; expressions read them by name. */
  readonly params: Readonly<Record<string, Constant>>
  readonly streams: Readonly<Record<string, StreamNode>>
  /** Inputs before their readers. */
  readonly operators: readonly Operator[]
  /** Output name -> the operator whose rows it holds. */
  readonly outputs: Readonly<Record<string, string>>
  /** What its paths must give where it is deployed; nothing computes by it. */
  readonly delivery?: Demand
}

export interface StreamNode {
  readonly schema: Schema
  readonly format: Format
  /** Flat name of the event-time column; null: ingestion time is the event time. */
  readonly time: string | null
  /** What happens to a record without a usable time (semantics T7). */
  readonly withoutTime: 'reject' | 'previous' | 'ingestion'
  readonly watermark: Watermark
  /** After this long without a record the stream no longer holds others back; null: never. */
  readonly idleTimeoutMs: number | null
  /** An event time more than this after ingestion is a bad record. */
  readonly maxAheadMs: number
  readonly unknownFields: 'lenient' | 'strict'
  /** Columns that name the sensor: bad records are counted by them where they can be read. May be empty. */
  readonly key: readonly string[]
  /** Column that tells records apart, so that one sent again is kept once; left out: none does. */
  readonly messageId?: string
}

export type Format = CsvFormat | JsonFormat

export interface CsvFormat {
  readonly kind: 'csv'
  /** One ASCII character, or a tab. */
  readonly separator: string
  /** `auto`: the first line is a header if all its fields are column names, each once, in any order. */
  readonly header: 'auto' | 'present' | 'absent'
}

export interface JsonFormat {
  /** ndjson: one record a line. json: an array of records, or records one after the other. */
  readonly kind: 'ndjson' | 'json'
}

export type Watermark =
  | { readonly kind: 'bounded'; readonly outOfOrdernessMs: number }
  | { readonly kind: 'oldest-of-last'; readonly records: number }
  | { readonly kind: 'monotonic' }
