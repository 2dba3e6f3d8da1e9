import type { Retention } from '../log.ts'
import type { LogState, PinState, StreamState, TenantState } from './log-state.ts'
import { streamOf, tenantOf } from './log-state.ts'
import type { SegmentEntry } from './segment-entry.ts'

export const manifestMagic = 'MRMANIF1'

/** What stands in the manifest, as JSON. Lists, not objects by name: a tenant may have any name. */
export interface Manifest {
  readonly format: 1
  /** 16 hexadecimal digits. */
  readonly id: string
  /** Journals to which nothing is added any more, with their lengths. */
  readonly journals: readonly ClosedJournal[]
  /** Journals of this number or higher may be there and hold commits, whether named here or not. */
  readonly nextJournal: number
  readonly commit: number
  readonly rows: number
  readonly lastMs: number
  readonly firstSequence: number
  readonly producers: string | null
  readonly tenants: readonly ManifestTenant[]
}

export interface ClosedJournal {
  readonly number: number
  readonly bytes: number
  /** Of the log, up to its end. */
  readonly rows: number
  /** Some of its chunks were rewritten, dropped or erased. */
  readonly touched: boolean
}

export interface ManifestTenant {
  readonly name: string
  readonly nextSequence: number
  readonly producersFrom: number
  readonly pins: readonly Omit<PinState, 'tenant'>[]
  readonly streams: readonly ManifestStream[]
}

export interface ManifestStream {
  readonly name: string
  readonly journalFrom: number
  readonly droppedUpTo: number
  /** Absent: none, or it was not counted then. */
  readonly droppedRecords?: number
  readonly segments: readonly SegmentEntry[]
  readonly retention: Retention | null
}

/** The manifest of what is known now. */
export function manifestOf(state: LogState): Manifest {
  const closed = state.journals.filter((journal) => journal.closed)
  return {
    format: 1,
    id: Buffer.from(state.id).toString('hex'),
    journals: closed.map(({ number, bytes, rows, touched }) => ({ number, bytes, rows, touched })),
    nextJournal: state.journals.find((journal) => !journal.closed)?.number ?? state.lastJournal + 1,
    commit: state.commit,
    rows: state.rows,
    lastMs: state.lastMs,
    firstSequence: state.firstSequence,
    producers: state.producersFile,
    tenants: [...state.tenants.values()].map(manifestTenant),
  }
}

function manifestTenant({ name, nextSequence, producersFrom, pins, streams }: TenantState): ManifestTenant {
  return {
    name,
    nextSequence,
    producersFrom,
    pins: [...pins.values()].map(({ tenant: _, ...pin }) => pin),
    streams: [...streams.values()].filter(hasMore).map(manifestStream),
  }
}

function manifestStream({ name, journalFrom, droppedUpTo, droppedRecords, segments, retention }: StreamState): ManifestStream {
  return { name, journalFrom, droppedUpTo, ...(droppedRecords > 0 && { droppedRecords }), segments, retention }
}

/** A stream of which all is in journals needs no entry: they tell of it. */
function hasMore(stream: StreamState): boolean {
  return stream.journalFrom > 0 || stream.segments.length > 0 || stream.retention !== null
}

/** Brings a state to what a manifest says, apart from journals. */
export function restoreManifest(state: LogState, manifest: Manifest): void {
  state.commit = manifest.commit
  state.rows = manifest.rows
  state.lastMs = manifest.lastMs
  state.firstSequence = manifest.firstSequence
  state.producersFile = manifest.producers
  for (const known of manifest.tenants) {
    const tenant = tenantOf(state, known.name)
    tenant.nextSequence = known.nextSequence
    tenant.producersFrom = known.producersFrom
    for (const pin of known.pins) tenant.pins.set(pin.name, { ...pin, tenant: known.name })
    for (const { name, ...stream } of known.streams) {
      Object.assign(streamOf(tenant, name), stream)
    }
  }
}
