import { checksum } from '../checksum.ts'
import { trailerBytes, trailerMagic } from './layout.ts'

/** The last bytes of a segment: where its index stands and what all of it holds. */
export interface Trailer {
  readonly indexOffset: number
  readonly chunks: number
  readonly indexChecksum: number
  readonly rows: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly firstIngestionMs: number
  readonly lastIngestionMs: number
}

export function trailerOf(trailer: Trailer, seed: number): Uint8Array {
  const bytes = new Uint8Array(trailerBytes)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, trailerMagic, true)
  view.setFloat64(8, trailer.indexOffset, true)
  view.setUint32(16, trailer.chunks, true)
  view.setUint32(20, trailer.indexChecksum, true)
  view.setFloat64(24, trailer.rows, true)
  view.setFloat64(32, trailer.firstSequence, true)
  view.setFloat64(40, trailer.lastSequence, true)
  view.setFloat64(48, trailer.firstIngestionMs, true)
  view.setFloat64(56, trailer.lastIngestionMs, true)
  view.setUint32(4, checksum(bytes.subarray(8), seed), true)
  return bytes
}

/** null: these are not the last bytes of a segment. */
export function readTrailer(bytes: Uint8Array, seed: number): Trailer | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length !== trailerBytes || view.getUint32(0, true) !== trailerMagic) return null
  if (view.getUint32(4, true) !== checksum(bytes.subarray(8), seed)) return null
  return {
    indexOffset: view.getFloat64(8, true),
    chunks: view.getUint32(16, true),
    indexChecksum: view.getUint32(20, true),
    rows: view.getFloat64(24, true),
    firstSequence: view.getFloat64(32, true),
    lastSequence: view.getFloat64(40, true),
    firstIngestionMs: view.getFloat64(48, true),
    lastIngestionMs: view.getFloat64(56, true),
  }
}
