import { checksum, seedOf } from '../checksum.ts'
import { contentBytes, type ReadAppend, type ReadChunk, readDirectory } from './directory.ts'
import { fileHeader, frameHeader, getWhole } from './layout.ts'
import { timesBytes } from './times.ts'

/** A commit found in a journal: its header is as it was written. */
export interface FoundFrame {
  readonly at: number
  readonly bytes: number
  readonly commit: number
  readonly logMs: number
  readonly rowsBefore: number
  readonly rows: number
  /** Those whose payloads are whole too. */
  readonly appends: readonly ReadAppend[]
  readonly damaged: readonly DamagedPart[]
}

/** Bytes of a frame that are not those that were written. */
export interface DamagedPart {
  readonly at: number
  readonly bytes: number
  /** Rows that are lost with them. */
  readonly rows: number
  readonly what: string
  /** Whose rows: null where the directory itself is damaged. */
  readonly append: ReadAppend | null
}

/** Bytes between frames that are no frame. */
export interface Gap {
  readonly at: number
  readonly bytes: number
}

export interface FoundJournal {
  readonly frames: readonly FoundFrame[]
  readonly gaps: readonly Gap[]
}

/**
 * All commits that stand in the bytes of a journal, with numbers above `afterCommit`. Where no frame stands where one is
 * due, the next one is looked for: it begins with the log's id, has a right checksum and a higher commit number.
 */
export function scanJournal(bytes: Uint8Array, logId: Uint8Array, afterCommit: number): FoundJournal {
  const frames: FoundFrame[] = []
  const gaps: Gap[] = []
  const id = Buffer.from(logId)
  let at: number = fileHeader.bytes
  let commit = afterCommit
  while (at < bytes.length) {
    const found = nextFrame(bytes, id, at, commit)
    const start = found?.at ?? bytes.length
    if (start > at) gaps.push({ at, bytes: start - at })
    if (found !== null) frames.push(found)
    commit = found?.commit ?? commit
    at = found === null ? bytes.length : found.at + found.bytes
  }
  return { frames, gaps }
}

function nextFrame(bytes: Uint8Array, id: Buffer, from: number, afterCommit: number): FoundFrame | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = buffer.indexOf(id, from); at >= 0; at = buffer.indexOf(id, at + 1)) {
    if (at % 8 === 0 && isHeader(bytes, id, at, afterCommit)) return readFrame(bytes, id, at)
  }
  return null
}

function isHeader(bytes: Uint8Array, id: Buffer, at: number, afterCommit: number): boolean {
  if (at + frameHeader.bytes > bytes.length) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, frameHeader.bytes)
  const covered = bytes.subarray(at + frameHeader.directoryBytes, at + frameHeader.bytes)
  return view.getUint32(frameHeader.checksum, true) === checksum(covered, seedOf(id)) && getWhole(view, frameHeader.commit) > afterCommit
}

function readFrame(bytes: Uint8Array, id: Buffer, at: number): FoundFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, frameHeader.bytes)
  const directoryBytes = view.getUint32(frameHeader.directoryBytes, true)
  const size = frameHeader.bytes + directoryBytes + view.getUint32(frameHeader.payloadBytes, true)
  const rows = getWhole(view, frameHeader.rows)
  const directory = bytes.subarray(at + frameHeader.bytes, at + frameHeader.bytes + directoryBytes)
  const frame = {
    at,
    bytes: Math.min(size, bytes.length - at),
    commit: getWhole(view, frameHeader.commit),
    logMs: getWhole(view, frameHeader.logMs),
    rowsBefore: getWhole(view, frameHeader.rowsBefore),
    rows,
  }
  if (directory.length < directoryBytes || checksum(directory, seedOf(id)) !== view.getUint32(frameHeader.directoryChecksum, true)) {
    return { ...frame, appends: [], damaged: [{ at, bytes: frame.bytes, rows, what: 'the directory of a commit', append: null }] }
  }
  const appends = readDirectory(directory, view.getUint32(frameHeader.appends, true), at + frameHeader.bytes + directoryBytes)
  const damaged = appends.flatMap((append) => damagedParts(bytes, append, seedOf(id)))
  const lost = new Set(damaged.map((part) => part.append))
  return { ...frame, appends: appends.filter((append) => !lost.has(append)), damaged }
}

/** An append is there whole or not at all: one damaged payload takes the others with it. */
function damagedParts(bytes: Uint8Array, append: ReadAppend, seed: number): readonly DamagedPart[] {
  const bad = append.chunks.find((chunk) => !isWhole(bytes, chunk, seed))
  if (bad === undefined) return []
  const rows = append.chunks.reduce((sum, chunk) => sum + chunk.rows, 0)
  const what = `the rows ${append.sequence} to ${append.sequence + rows - 1} of the tenant ${append.tenant}, by a payload of the stream ${bad.stream}`
  return [{ at: bad.at, bytes: contentBytes(bad.runs, bad.bytes), rows, what, append }]
}

function isWhole(bytes: Uint8Array, { at, runs, bytes: payloadBytes, checksum: expected }: ReadChunk, seed: number): boolean {
  const payloadEnd = at + timesBytes(runs) + payloadBytes
  const end = at + contentBytes(runs, payloadBytes)
  if (end > bytes.length) return false
  for (let padding = payloadEnd; padding < end; padding++) if (bytes[padding] !== 0) return false
  return checksum(bytes.subarray(at, payloadEnd), seed) === expected
}
