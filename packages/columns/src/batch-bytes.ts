// The layout that docs/batch-format.md describes; both sides of it import these numbers.

export const magic = 0x3142524d
export const headerBytes = 24
export const alignBytes = 64
/** Where the header's fields stand, 32 bits each. */
export const header = { magic: 0, byteLength: 4, rows: 8, buffers: 12, schemaBytes: 16 } as const

export function aligned(bytes: number): number {
  return Math.ceil(bytes / alignBytes) * alignBytes
}

/** Bytes of a bitmap as stored: whole bytes, no more. */
export function storedBitmapBytes(bits: number): number {
  return (bits + 7) >> 3
}
