import { checksum, seedOf } from '../checksum.ts'
import { fileHeader, fileMagic, formatVersion, getWhole, setWhole } from './layout.ts'

export interface JournalBeginning {
  readonly number: number
  /** Commits and rows of the log before this journal. */
  readonly commit: number
  readonly rows: number
}

/** The first bytes of a journal. */
export function encodeFileHeader(logId: Uint8Array, { number, commit, rows }: JournalBeginning): Uint8Array {
  const bytes = Buffer.alloc(fileHeader.bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  bytes.write(fileMagic, fileHeader.magic, 'latin1')
  view.setUint32(fileHeader.version, formatVersion, true)
  setWhole(view, fileHeader.number, number)
  bytes.set(logId, fileHeader.logId)
  setWhole(view, fileHeader.commit, commit)
  setWhole(view, fileHeader.rows, rows)
  view.setUint32(fileHeader.checksum, checksum(bytes.subarray(0, fileHeader.checksum), seedOf(logId)), true)
  return bytes
}

/** null: the journal does not begin as it was written. */
export function readFileHeader(bytes: Uint8Array, logId: Uint8Array): JournalBeginning | null {
  if (bytes.length < fileHeader.bytes) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, fileHeader.bytes)
  if (view.getUint32(fileHeader.checksum, true) !== checksum(bytes.subarray(0, fileHeader.checksum), seedOf(logId))) return null
  return { number: getWhole(view, fileHeader.number), commit: getWhole(view, fileHeader.commit), rows: getWhole(view, fileHeader.rows) }
}
