// The layout that docs/batch-format.md describes; both sides of it import these numbers.

export const magic = 0x3142524d
export const headerBytes = 24
export const alignBytes = 64
export const leastAlignBytes = 8
/** Where the header's fields stand, 32 bits each. */
export const header = { magic: 0, byteLength: 4, rows: 8, buffers: 12, schemaBytes: 16 } as const

export function aligned(bytes: number, to: number = alignBytes): number {
  return Math.ceil(bytes / to) * to
}

/** Few rows would be mostly padding: theirs begin at multiples of 8, as views need it. */
export function alignmentOf(rows: number): number {
  return rows < 1024 ? leastAlignBytes : alignBytes
}

/** Bytes of a bitmap as stored: whole bytes, no more. */
export function storedBitmapBytes(bits: number): number {
  return (bits + 7) >> 3
}
