import { crc32 } from 'node:zlib'

/**
 * Where the checksums of a log begin: its random id. Bytes that somebody sends cannot carry checksums that fit here, as
 * nobody outside knows the id.
 */
export function seedOf(logId: Uint8Array): number {
  return crc32(logId)
}

export function checksum(bytes: Uint8Array, seed: number): number {
  return crc32(bytes, seed)
}
