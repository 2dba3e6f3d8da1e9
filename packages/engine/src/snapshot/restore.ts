import { MillraceError, planHash } from '@millrace/plan'
import type { JobOptions } from '../job.ts'
import type { StateReader } from '../state/bytes.ts'
import { dropStrings } from '../state/drop-strings.ts'
import { EntryKey } from '../state/entry-key.ts'
import type { KeyShape } from '../state/key-shape.ts'
import { Restoring, type Taken } from '../state/restoring.ts'
import type { Wants } from '../state/unite.ts'
import type { Station } from '../station.ts'
import type { StreamClock } from '../stream-clock.ts'
import { difference } from './compare.ts'
import { type Fingerprint, fingerprintsOf } from './fingerprint.ts'
import { readSnapshot, type Section, type SectionKind, type Snapshot, sectionIn, sectionOf } from './format.ts'
import type { JobState } from './job-state.ts'
import { type OwnsKey, ownsKey } from './owner.ts'

/** Gives a job just opened the state that its options ask for, if any. */
export function restoreState(job: JobState, options: JobOptions): void {
  const { snapshot } = options
  if (snapshot === undefined) return
  const parts = (snapshot instanceof Uint8Array ? [snapshot] : snapshot).map(readSnapshot)
  new Restore(job, options, parts).run()
}

/** One job being given the state of a snapshot, or of several that are parts of one. */
class Restore {
  private readonly job: JobState
  private readonly owns: OwnsKey | null
  /** Of a job spread by key, part 0 goes on with the counts of all. */
  private readonly keepsCounts: boolean
  private readonly parts: readonly Snapshot[]
  private readonly first: Snapshot
  /** The plan is the snapshot's: all state is there, and fits. */
  private readonly exact: boolean

  constructor(job: JobState, options: JobOptions, parts: readonly Snapshot[]) {
    const [first] = parts
    if (first === undefined) throw new Error('a snapshot of no parts')
    this.job = job
    this.owns = options.part === undefined ? null : ownsKey(job.plan, options.part)
    this.keepsCounts = options.part === undefined || options.part.index === 0
    this.parts = parts
    this.first = first
    const expected = planHash(job.plan)
    this.exact = first.planHash === expected
    if (!this.exact && options.upgrade !== true) throw new MillraceError('SNAPSHOT_OF_OTHER_PLAN', { found: first.planHash, expected })
    if (parts.some((part) => !isPartOf(part, first))) throw new MillraceError('SNAPSHOT_PARTS_DIFFER')
  }

  run(): void {
    const numbers = this.strings()
    this.time()
    for (const station of this.job.stations) this.station(station, numbers)
    this.totals()
    if (numbers.length > 1 || this.owns !== null) dropStrings(this.job.strings, this.job.stations)
  }

  /** By part: the numbers of its strings in this job; null: they are the same. */
  private strings(): readonly (Int32Array | null)[] {
    return this.parts.map((part, at) => {
      const { reader } = sectionIn(part, 'strings')
      if (at > 0) return this.job.strings.add(reader)
      this.job.strings.restore(reader)
      return null
    })
  }

  private time(): void {
    const { watermarks, plan } = this.job
    watermarks.restore(sectionIn(this.first, 'time').reader)
    for (const [name, fingerprint] of fingerprintsOf(plan).streams) {
      const section = this.fitting('stream', name, fingerprint)
      if (section !== undefined) this.clock(watermarks.clock(name), name)
      // A stream that is new holds others back as at the start of a job.
      else if (watermarks.logMs > Number.NEGATIVE_INFINITY) watermarks.clock(name).logTime(watermarks.logMs)
    }
  }

  private clock(clock: StreamClock, name: string): void {
    const [first, ...others] = this.parts.map((part) => sectionIn(part, 'stream', name).reader)
    clock.restore(first as StateReader)
    if (!others.every((reader) => clock.join(reader))) throw new MillraceError('SNAPSHOT_PARTS_DIFFER')
  }

  private station(station: Station, numbers: readonly (Int32Array | null)[]): void {
    const { id } = station.operator
    const fingerprint = fingerprintsOf(this.job.plan).operators.get(id) as Fingerprint
    const section = this.fitting('operator', id, fingerprint)
    if (section === undefined) this.begin(station)
    else {
      const readers = this.parts.map((part) => sectionIn(part, 'operator', id).reader)
      const watermarks = readers.map((reader) => reader.number() + reader.number() - station.delayMs)
      station.watermarkMs = Math.max(...watermarks)
      const parts = readers.map((reader, at) => ({ reader, numbers: numbers[at] ?? null }))
      station.operator.restore(new Restoring(parts, this.taken(id, section.fingerprint, fingerprint)))
    }
  }

  /** An operator without state sees the watermark that its streams have reached. */
  private begin(station: Station): void {
    station.operator.renumberStrings(new Int32Array(0))
    station.watermarkMs = this.job.watermarks.together(station.streams) - station.delayMs
    if (station.watermarkMs > Number.NEGATIVE_INFINITY) station.operator.advance(station.watermarkMs)
  }

  private taken(operator: string, before: Fingerprint, after: Fingerprint): Taken {
    const { owns, keepsCounts } = this
    const wants = (shape: KeyShape): Wants => {
      const key = new EntryKey(shape, this.job.strings)
      return (keys, entry) => owns?.(operator, key.moveTo(keys, entry)) ?? true
    }
    return { wants: owns === null ? null : wants, counts: keepsCounts, states: this.exact ? null : statesOf(before, after) }
  }

  private totals(): void {
    if (this.keepsCounts) for (const part of this.parts) addTotals(this.job, sectionIn(part, 'totals').reader)
  }

  /** The first part's section of that kind and name, if this job goes on with it. */
  private fitting(kind: SectionKind, name: string, fingerprint: Fingerprint): Section | undefined {
    if (this.exact) return sectionIn(this.first, kind, name)
    const section = sectionOf(this.first, kind, name)
    return section !== undefined && difference(section.fingerprint, fingerprint) === '' ? section : undefined
  }
}

/** Parts of one job run one plan and stand at one time of the log. */
function isPartOf(part: Snapshot, first: Snapshot): boolean {
  return part.planHash === first.planHash && sameBytes(sectionIn(part, 'time').reader.rest(), sectionIn(first, 'time').reader.rest())
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

function statesOf(before: Fingerprint, after: Fingerprint): Taken['states'] {
  const written = before['aggregates']
  const needed = after['aggregates']
  if (typeof written !== 'object' || typeof needed !== 'object') return null
  return { written: written.length, picks: needed.map((name) => written.indexOf(name)) }
}

/** Outputs and operators that are not there any more are left out. */
function addTotals({ outputs, failureCounts }: JobState, reader: StateReader): void {
  for (let left = reader.count(); left > 0; left--) {
    const output = outputs[reader.text()] ?? { rows: 0, revisions: 0 }
    output.rows += reader.number()
    output.revisions += reader.number()
  }
  for (let left = reader.count(); left > 0; left--) {
    const count = failureCounts.get(reader.text()) ?? { failures: 0 }
    count.failures += reader.number()
  }
}
