import { crc32 } from 'node:zlib'
import { sharedMemory } from '@millrace/columns'
import type { File, Files } from '@millrace/log'
import type { Constant, Plan } from '@millrace/plan'

/**
 * A snapshot as a file: the parts' state, one behind the other, then a trailer (JSON, UTF-8) with their lengths and the
 * CRC-32 of every block, then 24 bytes: magic, format version, length and CRC-32 of the trailer (docs/snapshot-format.md).
 */
export interface SnapshotTrailer {
  readonly tenant: string
  readonly job: string
  /** The state is the one after all entries up to this sequence. */
  readonly position: number
  readonly epoch: number
  readonly plan: Plan
  readonly params: Readonly<Record<string, Constant>>
  readonly writtenMs: number
  /** Bytes of each part's state: one, or as many as the job was spread over. */
  readonly parts: readonly number[]
  readonly blockCrcs: readonly number[]
}

export interface Snapshot {
  readonly trailer: SnapshotTrailer
  readonly parts: readonly Uint8Array[]
}

const magic = 0x3153_524d // MRS1
const formatVersion = 1
const footBytes = 24
/** Small enough that a block's checksum does not hold up the thread. */
const blockBytes = 4 << 20

/** Writes and syncs a new file; its name is the caller's to sync. */
export async function writeSnapshot(
  files: Files,
  path: string,
  head: Omit<SnapshotTrailer, 'parts' | 'blockCrcs'>,
  parts: readonly Uint8Array[],
): Promise<number> {
  const file = await files.open(path, 'create')
  try {
    const blockCrcs: number[] = []
    let at = 0
    for (const block of parts.flatMap(blocksOf)) {
      blockCrcs.push(crc32(block))
      await file.write([block], at)
      at += block.length
    }
    const trailer = new TextEncoder().encode(JSON.stringify({ ...head, parts: parts.map(({ length }) => length), blockCrcs } satisfies SnapshotTrailer))
    await file.write([trailer, footOf(trailer)], at)
    await file.sync()
    return at + trailer.length + footBytes
  } finally {
    await file.close()
  }
}

/** Reads and checks a whole file; a text says what is wrong with it. */
export async function readSnapshot(files: Files, path: string): Promise<Snapshot | string> {
  const file = await files.open(path, 'read')
  try {
    const trailer = await readTrailer(file)
    return typeof trailer === 'string' ? trailer : await readParts(file, trailer)
  } finally {
    await file.close()
  }
}

/** What a file says of itself, without its state. */
export async function readSnapshotTrailer(files: Files, path: string): Promise<SnapshotTrailer | string> {
  const file = await files.open(path, 'read')
  try {
    return await readTrailer(file)
  } finally {
    await file.close()
  }
}

async function readTrailer(file: File): Promise<SnapshotTrailer | string> {
  const size = await file.size()
  if (size < footBytes) return 'it is cut off'
  const foot = await readBytes(file, size - footBytes, footBytes)
  const view = new DataView(foot.buffer)
  const length = view.getUint32(8, true)
  if (view.getUint32(0, true) !== magic || crc32(foot.subarray(0, 16)) !== view.getUint32(16, true)) return 'its end is damaged'
  if (view.getUint32(4, true) !== formatVersion) return `it has the format ${view.getUint32(4, true)}, this version reads ${formatVersion}`
  if (length > size - footBytes) return 'it is cut off'
  const bytes = await readBytes(file, size - footBytes - length, length)
  if (crc32(bytes) !== view.getUint32(12, true)) return 'its trailer is damaged'
  const trailer = JSON.parse(new TextDecoder().decode(bytes)) as SnapshotTrailer
  return trailer.parts.reduce((sum, part) => sum + part, 0) === size - footBytes - length ? trailer : 'it has another length than it says'
}

async function readParts(file: File, trailer: SnapshotTrailer): Promise<Snapshot | string> {
  const parts: Uint8Array[] = []
  let at = 0
  let crc = 0
  for (const length of trailer.parts) {
    const part = new Uint8Array(sharedMemory(length))
    parts.push(part)
    for (const block of blocksOf(part)) {
      if ((await file.read(block, at)) !== block.length) return 'it is cut off'
      if (crc32(block) !== trailer.blockCrcs[crc++]) return `its state is damaged at byte ${at}`
      at += block.length
    }
  }
  return { trailer, parts }
}

function blocksOf(part: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(part.length / blockBytes) }, (_, i) => part.subarray(i * blockBytes, (i + 1) * blockBytes))
}

function footOf(trailer: Uint8Array): Uint8Array {
  const foot = new Uint8Array(footBytes)
  const view = new DataView(foot.buffer)
  view.setUint32(0, magic, true)
  view.setUint32(4, formatVersion, true)
  view.setUint32(8, trailer.length, true)
  view.setUint32(12, crc32(trailer), true)
  view.setUint32(16, crc32(foot.subarray(0, 16)), true)
  return foot
}

async function readBytes(file: File, at: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length)
  const read = await file.read(bytes, at)
  return read === length ? bytes : bytes.subarray(0, read)
}
