import { checksum, seedOf } from '../checksum.ts'
import { aligned, formatVersion, segmentMagic } from './layout.ts'

/** Whose rows a segment holds, so that it can be read without the manifest. */
export interface FileHeader {
  /** 8 bytes. */
  readonly logId: Uint8Array
  readonly tenant: string
  readonly stream: string
}

const namesAt = 32

export function fileHeaderBytes({ logId, tenant, stream }: FileHeader): Uint8Array {
  const names = [tenant, stream].map((name) => new TextEncoder().encode(name)) as [Uint8Array, Uint8Array]
  const bytes = new Uint8Array(aligned(namesAt + names[0].length + names[1].length))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, segmentMagic, true)
  view.setUint32(4, formatVersion, true)
  view.setUint32(8, bytes.length, true)
  bytes.set(logId, 16)
  view.setUint32(24, names[0].length, true)
  view.setUint32(28, names[1].length, true)
  bytes.set(names[0], namesAt)
  bytes.set(names[1], namesAt + names[0].length)
  view.setUint32(12, checksum(bytes.subarray(16), seedOf(logId)), true)
  return bytes
}

/** null: these bytes do not begin a segment, or are damaged, or are of a version that cannot be read here. */
export function readFileHeader(bytes: Uint8Array): (FileHeader & { readonly bytes: number }) | null {
  if (bytes.length < namesAt) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const length = view.getUint32(8, true)
  if (view.getUint32(0, true) !== segmentMagic || view.getUint32(4, true) !== formatVersion || length > bytes.length || length < namesAt) return null
  const logId = bytes.slice(16, 24)
  if (checksum(bytes.subarray(16, length), seedOf(logId)) !== view.getUint32(12, true)) return null
  const streamAt = namesAt + view.getUint32(24, true)
  const utf8 = new TextDecoder()
  const tenant = utf8.decode(bytes.subarray(namesAt, streamAt))
  return { logId, tenant, stream: utf8.decode(bytes.subarray(streamAt, streamAt + view.getUint32(28, true))), bytes: length }
}
