import { compareState } from '@millrace/engine'
import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { type JobSpec, markStream, type StartOptions } from '../job-spec.ts'
import { type Mark, markChunk, readMark } from '../mark.ts'
import type { Snapshot } from '../snapshots/snapshot-file.ts'
import type { Found, SnapshotStore, Unusable } from '../snapshots/snapshot-store.ts'

/** Where a job begins: state, the entry before the next one it takes, and how far its results are in the log already. */
export interface Begin {
  readonly mark: Mark
  readonly position: number
  /** Null: it begins without state. */
  readonly snapshot: (Pick<Snapshot, 'parts'> & Partial<Snapshot>) | null
  readonly unusable: readonly Unusable[]
}

/** Decides where a job begins; a new epoch is in the log once this resolves. */
export async function beginOf(log: Log, store: SnapshotStore, spec: JobSpec, options: StartOptions): Promise<Begin> {
  const last = await log.last(spec.tenant, markStream(spec.job))
  const mark = last === null ? null : readMark(last)
  if (options.savepoint !== undefined) return fromSavepoint(log, store, spec, options.savepoint, mark)
  if (mark === null || options.fresh === true) return fresh(log, store, spec, options, mark)
  const { snapshot, unusable } = await newestOf(store, mark.epoch)
  if (snapshot !== null) return withState(log, store, spec, { mark, position: snapshot.trailer.position, snapshot, unusable }, options)
  if (unusable.length > 0 && (await isGone(log, spec, mark.begin))) {
    const reasons = unusable.map(({ file, reason }) => `${file}: ${reason}`).join('; ')
    throw new MillraceError('JOB_SNAPSHOTS_DAMAGED', { job: spec.job, reasons })
  }
  if (await isGone(log, spec, mark.begin)) throw new MillraceError('JOB_SNAPSHOT_MISSING', { job: spec.job, position: mark.position })
  return { mark, position: mark.begin, snapshot: null, unusable }
}

/** The newest whole snapshot, but for those of an earlier epoch: they hold a state that was given up. */
export async function newestOf(store: SnapshotStore, epoch: number): Promise<Found> {
  const { snapshot, unusable } = await store.newest()
  return { snapshot: snapshot !== null && snapshot.trailer.epoch >= epoch ? snapshot : null, unusable }
}

/** An upgrade that loses state begins a new epoch, as its results may differ from those of the old state (semantics R2). */
async function withState(log: Log, store: SnapshotStore, spec: JobSpec, begin: Begin & { readonly snapshot: Snapshot }, options: StartOptions): Promise<Begin> {
  const { snapshot, position } = begin
  if (options.upgrade !== true || !compareState(snapshot.trailer.plan, spec.plan).some(({ fate }) => fate === 'dropped')) return begin
  // The state first: found with the old mark it is still the state at its position.
  await store.write({ ...snapshot.trailer, epoch: begin.mark.epoch + 1 }, snapshot.parts)
  return { ...begin, mark: await newEpoch(log, spec, position, begin.mark) }
}

async function fresh(log: Log, store: SnapshotStore, spec: JobSpec, { from = 'begin' }: StartOptions, before: Mark | null): Promise<Begin> {
  await store.clear()
  const begin = from === 'begin' ? 0 : from === 'now' ? log.nextSequence(spec.tenant) - 1 : Math.max(0, from - 1)
  const mark = await newEpoch(log, spec, begin, before)
  return { mark, position: begin, snapshot: null, unusable: [] }
}

async function fromSavepoint(log: Log, store: SnapshotStore, spec: JobSpec, name: string, before: Mark | null): Promise<Begin> {
  const savepoints = await store.savepoints()
  if (!savepoints.includes(name))
    throw new MillraceError('JOB_SAVEPOINT_UNKNOWN', { job: spec.job, savepoint: name, savepoints: savepoints.join(', ') || 'none' })
  const snapshot = await store.savepoint(name)
  if (typeof snapshot === 'string') throw new MillraceError('JOB_SNAPSHOTS_DAMAGED', { job: spec.job, reasons: `${name}: ${snapshot}` })
  await store.clear()
  const { position } = snapshot.trailer
  await store.write({ ...snapshot.trailer, epoch: (before?.epoch ?? 0) + 1 }, snapshot.parts)
  const mark = await newEpoch(log, spec, position, before)
  return { mark, position, snapshot, unusable: [] }
}

/** Results of a new epoch are newer than all before (semantics R2). */
async function newEpoch(log: Log, { tenant, job }: JobSpec, position: number, before: Mark | null): Promise<Mark> {
  const mark = { position, epoch: (before?.epoch ?? 0) + 1, begin: position, ahead: null }
  await log.append({ tenant, chunks: [markChunk(job, mark)] })
  return mark
}

/** Whether rows behind that sequence were dropped by the log. */
async function isGone(log: Log, { tenant, plan }: JobSpec, begin: number): Promise<boolean> {
  const streams = new Set(Object.keys(plan.streams))
  return log.streams(tenant).some(({ stream, droppedUpTo }) => streams.has(stream) && droppedUpTo > begin)
}
