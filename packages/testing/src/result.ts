import type { Output, Received } from '@millrace/sdk'
import type { ReceivedRow } from './received.ts'

/** A result as a test sees it: the output's columns, and how often the result was revised before. */
export type ResultRow<F> = F extends Output<infer R> ? Received<R> & { readonly _revision: number } : never

/** Names of the outputs that hold alerts. */
export type AlertOutput<O> = { [Name in keyof O]: O[Name] extends Output<infer R> ? ('openedAt' extends keyof R ? Name : never) : never }[keyof O] & string

/** A record that came too late for all of its windows. */
export interface LateRecord {
  /** Id of the operator that could not take it any more. */
  readonly operator: string
  readonly row: ReceivedRow
  /** The operator's watermark before the record. */
  readonly watermark: Date
  /** How far behind that watermark the record was. */
  readonly lagMs: number
}

/** A record that did not fit its stream. */
export interface BadRecord {
  readonly stream: string
  /** Number of the record in what was sent, from 1. */
  readonly record: number
  /** The record as it was sent. */
  readonly text: string
  readonly column: string | null
  readonly code: string
  readonly reason: string
  readonly key: string | null
}
