import { checksum, seedOf } from '../checksum.ts'
import { directoryBytes, type PlacedAppend, writeAppend } from './directory.ts'
import { aligned, frameHeader, setWhole } from './layout.ts'
import { Staging } from './staging.ts'

export interface CommitHeader {
  readonly commit: number
  readonly logMs: number
  /** Rows of the log before this commit, of all tenants. */
  readonly rowsBefore: number
  readonly rows: number
}

export interface EncodedCommit {
  readonly parts: readonly Uint8Array[]
  readonly bytes: number
  /** Of each chunk, in order: where its times and payload begin in the frame. */
  readonly places: readonly number[]
}

/** A commit as one frame; its parts share memory with the payloads. */
export function encodeCommit(logId: Uint8Array, header: CommitHeader, appends: readonly PlacedAppend[]): EncodedCommit {
  const directory = aligned(appends.reduce((bytes, { append }) => bytes + directoryBytes(append), 0))
  const staging = new Staging(frameHeader.bytes + directory, partsOf(appends))
  writeDirectory(staging, directory, appends)
  const places: number[] = []
  for (const { append, contents } of appends) {
    for (const [index, { payload }] of append.chunks.entries()) {
      places.push(staging.frameBytes)
      const { times } = contents[index]!
      if (times !== null) staging.add(times)
      staging.add(payload)
    }
  }
  writeHeader(staging, logId, header, directory, appends.length)
  return { parts: staging.finish(), bytes: staging.frameBytes, places }
}

function* partsOf(appends: readonly PlacedAppend[]): Generator<Uint8Array> {
  for (const { append, contents } of appends) {
    for (const { times } of contents) if (times !== null) yield times
    for (const { payload } of append.chunks) yield payload
  }
}

function writeDirectory({ buffer, view }: Staging, bytes: number, appends: readonly PlacedAppend[]): void {
  let at: number = frameHeader.bytes
  for (const append of appends) at = writeAppend(buffer, view, at, append)
  buffer.fill(0, at, frameHeader.bytes + bytes)
}

function writeHeader({ buffer, view, frameBytes }: Staging, logId: Uint8Array, header: CommitHeader, directory: number, appends: number): void {
  const seed = seedOf(logId)
  buffer.fill(0, 0, frameHeader.bytes)
  buffer.set(logId, frameHeader.logId)
  view.setUint32(frameHeader.directoryBytes, directory, true)
  view.setUint32(frameHeader.payloadBytes, frameBytes - frameHeader.bytes - directory, true)
  view.setUint32(frameHeader.directoryChecksum, checksum(buffer.subarray(frameHeader.bytes, frameHeader.bytes + directory), seed), true)
  setWhole(view, frameHeader.commit, header.commit)
  setWhole(view, frameHeader.logMs, header.logMs)
  setWhole(view, frameHeader.rowsBefore, header.rowsBefore)
  setWhole(view, frameHeader.rows, header.rows)
  view.setUint32(frameHeader.appends, appends, true)
  view.setUint32(frameHeader.checksum, checksum(buffer.subarray(frameHeader.directoryBytes, frameHeader.bytes), seed), true)
}
