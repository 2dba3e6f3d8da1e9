// The layout that docs/log-format.md describes; all that reads or writes segments imports these numbers.

export const segmentMagic = 0x4753524d // MRSG
export const chunkMagic = 0x4353524d // MRSC
export const trailerMagic = 0x5453524d // MRST
export const formatVersion = 1
/** Chunks, payloads, the index and the trailer begin at multiples of it. */
export const alignBytes = 64
export const chunkHeaderBytes = 64
export const indexEntryBytes = 64
export const trailerBytes = 64
/** Sequence and ingestion time as float64, rows as int32. */
export const runBytes = 20

export function aligned(bytes: number): number {
  return Math.ceil(bytes / alignBytes) * alignBytes
}

/** Bytes of a chunk from its header up to the next one's. */
export function chunkBytes(runs: number, payloadBytes: number): number {
  return chunkHeaderBytes + aligned(runs * runBytes) + aligned(payloadBytes)
}
