import type { SinkSystem, SourceSystem } from '@millrace/api/schemas'
import type { Field } from '@millrace/plan'

/**
 * A system outside, at the edge of the log. Whoever opens a source or sink closes it, also after it failed, and opens it anew then: it never
 * connects again by itself. What it opens are TCP connections only, through `node:net` and `node:tls`: addresses are checked there.
 *
 * Errors of all calls: CONNECTOR_REFUSED (the settings are wrong, or the system does not let it in: somebody has to change something),
 * CONNECTOR_LOST (the system is not there, or does not answer: it may come back). Both name the system and what it said. Whoever called tries
 * again after either.
 */
export interface Source {
  /** The next messages; waits until there are some. Called again only after `accepted`. */
  next(): Promise<Messages>
  /** The messages are durable: the system may forget them. */
  accepted(messages: Messages): Promise<void>
  /** Gives up what is under way: a call that waits fails. Whatever was not accepted comes again at the next opening. Never fails. */
  close(): Promise<void>
}

/**
 * Messages in their order, up to `mostMessages` and, where there are several, about `mostBytes`. None where only the position is new: where a source
 * begins, or how far it has come over what holds no message, is to be kept like any other.
 */
export interface Messages {
  /** Each is a body of its own. */
  readonly bodies: readonly Uint8Array[]
  /**
   * How far the source has come with them, as JSON: the log keeps it together with their records, and the source is opened with it. Null: the
   * system keeps that itself, and what was not acknowledged comes again.
   */
  readonly position: string | null
  /** Messages that the system dropped before they were read. */
  readonly lost: number
  /** Messages that wait in the system behind these, about; null: it does not say. */
  readonly behind: number | null
}

export const mostMessages = 2000
export const mostBytes = 1 << 20

export interface Sink {
  /**
   * Brings rows to the system, in their order; resolves once it has them for sure. Rows that it will never take, whatever is tried, are left out
   * and told; all others are there then. Where the guarantee is exactly once, rows that were written before, also by a sink that was opened
   * earlier, are not there twice.
   */
  write(rows: SinkRows): Promise<readonly RefusedRow[]>
  /** A call that waits fails. Never fails itself. */
  close(): Promise<void>
}

/** Rows of the same columns, at least one. */
export interface SinkRows {
  /**
   * Of the lines, in their order: names, types. Names of the platform begin with `$` or `_` (`$sequence`, `_id`), those of tenants never do; one of
   * a nested value has dots.
   */
  readonly fields: readonly Field[]
  /** The column that tells rows apart: `_id` for results, of which a later row with the same one replaces the earlier; `$sequence` for records. */
  readonly key: '_id' | '$sequence'
  /** A line of JSON a row, each with its line feed: times are ISO 8601 in UTC, durations ms. */
  readonly lines: Uint8Array
  /** Place in the tenant's log, by row; ascending. */
  readonly positions: Float64Array
}

export interface RefusedRow {
  /** Index of the row, from 0. */
  readonly row: number
  readonly reason: string
}

/** What the one who opens a source or sink says of it. */
export interface Opening<S> {
  readonly settings: S
  /** Unlike any other's, also of one that had the name before: what it keeps in the system is called by it. */
  readonly identity: string
}

export interface SourceOpening<S> extends Opening<S> {
  /** That of the newest messages whose records are durable; null: there are none yet. */
  readonly position: string | null
}

export interface SinkOpening<S> extends Opening<S> {
  /** Rows below it are there; those from it on may be. */
  readonly from: number
  /** The position that the next row of the log will get: what the system has beyond it comes from a log that was lost. */
  readonly next: number
}

export type OpenSource<S> = (opening: SourceOpening<S>) => Promise<Source>
export type OpenSink<S> = (opening: SinkOpening<S>) => Promise<Sink>

/** What a system's folder gives: the settings were checked by its schemas. `never`: of whichever system. */
export interface System<SourceSettings = never, SinkSettings = never> {
  readonly name: SourceSystem | SinkSystem
  /** Null: nothing comes from it. */
  readonly openSource: OpenSource<SourceSettings> | null
  /** Null: nothing goes to it. */
  readonly openSink: OpenSink<SinkSettings> | null
}
