import type { Chunk, ChunkKind } from '../chunk.ts'
import type { Pin, Retention } from '../log.ts'
import type { JournalFile } from './journal-file.ts'
import { Producers } from './producers.ts'
import type { SegmentEntry } from './segment-entry.ts'
import { addTo, noTotals, removeFrom, type Totals } from './totals.ts'

/** What the log knows in memory; the manifest is a picture of it. Everything in it is durable. */
/** Log time of an empty log: before all times that a timestamp can have (ECMA-262, time values). */
const earliestMs = -8.64e15

export interface LogState {
  /** 8 random bytes. */
  readonly id: Uint8Array
  /** Of `id`: where all checksums begin. */
  readonly seed: number
  readonly tenants: Map<string, TenantState>
  /** Oldest first; the last one is being written. */
  journals: JournalFile[]
  /** The highest number that a journal ever had. */
  lastJournal: number
  /** Number of the newest commit. */
  commit: number
  /** Rows ever committed, of all tenants. */
  rows: number
  /** Log time of the newest entry. */
  lastMs: number
  /** The first sequence of a tenant that is new: above 1 after damage that may hide a tenant. */
  firstSequence: number
  /** Name of the checkpoint of producers; null: the journals hold all of them. */
  producersFile: string | null
  /** Copies of the log that are under way: as long as there are some, no file is removed. */
  copies: number
}

export interface TenantState {
  readonly name: string
  readonly streams: Map<string, StreamState>
  readonly pins: Map<string, PinState>
  producers: Producers
  /** The sequence of its next row. */
  nextSequence: number
  /** Producers of appends below it are forgotten. */
  producersFrom: number
}

export interface PinState extends Pin {
  /** Log time at which it was set or last moved. */
  readonly setMs: number
}

export interface StreamState {
  readonly tenant: TenantState
  readonly name: string
  /** What was rewritten, oldest first; all of it stands before what is in journals. */
  segments: readonly SegmentEntry[]
  /** Chunks that are only in journals, oldest first. */
  journal: JournalChunk[]
  /** Of these. */
  readonly inJournals: Totals
  /** Chunks of journals that begin below this sequence are not the stream's any more: rewritten, dropped or erased. */
  journalFrom: number
  /** The highest sequence that retention dropped; 0: none. */
  droppedUpTo: number
  /** How many records it dropped. */
  droppedRecords: number
  retention: Retention | null
}

/** A chunk as it was appended. One for each: kept small. */
export interface JournalChunk {
  readonly journal: JournalFile
  /** Where its times, if it has some, and its payload begin in the journal. */
  readonly at: number
  /** Of the payload. */
  readonly bytes: number
  readonly checksum: number
  readonly sequence: number
  readonly rows: number
  readonly kind: ChunkKind
  readonly schema: number
  /** Runs of rows of equal log time; 0: all rows have `firstMs`. */
  readonly runs: number
  readonly firstMs: number
  readonly lastMs: number
  /** While it is among the newest. */
  payload: Uint8Array | null
  times: Uint8Array | null
  /** As it was read last: all who read it at about the same time share its memory. */
  seen: WeakRef<Chunk> | null
}

export function newState(id: Uint8Array, seed: number): LogState {
  return {
    id,
    seed,
    tenants: new Map(),
    journals: [],
    lastJournal: 0,
    commit: 0,
    rows: 0,
    lastMs: earliestMs,
    firstSequence: 1,
    producersFile: null,
    copies: 0,
  }
}

/** The tenant, new where it is not known yet. */
export function tenantOf(state: LogState, name: string): TenantState {
  const known = state.tenants.get(name)
  if (known !== undefined) return known
  const tenant: TenantState = {
    name,
    streams: new Map(),
    pins: new Map(),
    producers: new Producers(),
    nextSequence: state.firstSequence,
    producersFrom: 0,
  }
  state.tenants.set(name, tenant)
  return tenant
}

/** The stream, new where it is not known yet. */
export function streamOf(tenant: TenantState, name: string): StreamState {
  const known = tenant.streams.get(name)
  if (known !== undefined) return known
  const stream: StreamState = {
    tenant,
    name,
    segments: noSegments,
    journal: [],
    inJournals: noTotals(),
    journalFrom: 0,
    droppedUpTo: 0,
    droppedRecords: 0,
    retention: null,
  }
  tenant.streams.set(name, stream)
  return stream
}

const noSegments: readonly SegmentEntry[] = []

export function addJournalChunk(stream: StreamState, chunk: JournalChunk): void {
  stream.journal.push(chunk)
  addTo(stream.inJournals, chunk)
  chunk.journal.chunks++
}

/** Takes away the chunks that begin below `sequence`: they were rewritten, dropped or erased. Lasting once the manifest is saved. */
export function forgetJournalChunks(stream: StreamState, sequence: number): void {
  let count = 0
  for (; count < stream.journal.length && stream.journal[count]!.sequence < sequence; count++) {
    const chunk = stream.journal[count]!
    removeFrom(stream.inJournals, chunk)
    chunk.journal.chunks--
    chunk.journal.touched = true
  }
  stream.journal.splice(0, count)
  stream.journalFrom = Math.max(stream.journalFrom, sequence)
}

/** Appends of the tenant up to now may be accepted again. Lasting once the manifest is saved. */
export function forgetProducers(tenant: TenantState): void {
  tenant.producers = new Producers()
  tenant.producersFrom = tenant.nextSequence
}
