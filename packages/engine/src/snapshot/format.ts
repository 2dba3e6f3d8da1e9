import { MillraceError } from '@millrace/plan'
import { StateReader, type StateWriter } from '../state/bytes.ts'
import type { Fingerprint } from './fingerprint.ts'

/** The first number of every snapshot. */
const magic = 0x4d534e50
/** Of the format that is written. Every version reads those of all before. */
const snapshotVersion = 1

export type SectionKind = 'strings' | 'time' | 'stream' | 'operator' | 'totals'

/** A part of a snapshot that can be taken alone: it says whose state it holds and what that means. */
export interface Section {
  readonly kind: SectionKind
  /** Stream name or operator id; empty where there is but one. */
  readonly name: string
  readonly fingerprint: Fingerprint
  readonly reader: StateReader
}

export interface Snapshot {
  readonly planHash: string
  readonly sections: readonly Section[]
}

/** Writes magic, version, length of all that follows, hash of the plan, sections. */
export function writeHead(writer: StateWriter, planHash: string, sections: () => void): void {
  writer.number(magic)
  writer.number(snapshotVersion)
  writer.section(() => {
    writer.text(planHash)
    sections()
  })
}

export function writeSection(writer: StateWriter, kind: SectionKind, name: string, fingerprint: string, write: () => void): void {
  writer.text(kind)
  writer.text(name)
  writer.text(fingerprint)
  writer.section(write)
}

/** Throws SNAPSHOT_DAMAGED or SNAPSHOT_VERSION. */
export function readSnapshot(bytes: Uint8Array): Snapshot {
  if (bytes.length % 8 !== 0) throw new MillraceError('SNAPSHOT_DAMAGED')
  const all = new StateReader(bytes)
  if (all.number() !== magic) throw new MillraceError('SNAPSHOT_DAMAGED')
  const version = all.number()
  if (version !== snapshotVersion) throw new MillraceError('SNAPSHOT_VERSION', { version, newest: snapshotVersion })
  const body = all.section()
  if (!all.isDone) throw new MillraceError('SNAPSHOT_DAMAGED')
  const planHash = body.text()
  const sections: Section[] = []
  while (!body.isDone) sections.push(readSection(body))
  return { planHash, sections }
}

function readSection(reader: StateReader): Section {
  const kind = reader.text() as SectionKind
  const name = reader.text()
  const fingerprint = readFingerprint(reader.text())
  return { kind, name, fingerprint, reader: reader.section() }
}

function readFingerprint(text: string): Fingerprint {
  try {
    return JSON.parse(text) as Fingerprint
  } catch {
    throw new MillraceError('SNAPSHOT_DAMAGED')
  }
}

/** The section of that kind and name, if the snapshot has one. */
export function sectionOf({ sections }: Snapshot, kind: SectionKind, name = ''): Section | undefined {
  return sections.find((section) => section.kind === kind && section.name === name)
}

/** A section that every snapshot has. */
export function sectionIn(snapshot: Snapshot, kind: SectionKind, name = ''): Section {
  const section = sectionOf(snapshot, kind, name)
  if (section === undefined) throw new MillraceError('SNAPSHOT_DAMAGED')
  return section
}
