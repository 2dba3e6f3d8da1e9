import type { Chunk, NewChunk } from '@millrace/log'

/** Which row of which append a row of a log is: it stands in its bytes, or (entries without a payload) in the schema's number. */
export interface Origin {
  readonly append: number
  readonly chunk: number
  readonly row: number
}

const withPayload: ReadonlySet<string> = new Set(['batch', 'bytes', 'mark'])

/** A chunk whose rows say where they are from; `extra`: bytes beyond that, a row (batch) or in all. */
export function makeChunk(append: number, chunk: number, shape: Pick<NewChunk, 'stream' | 'kind' | 'rows'>, extra: number): NewChunk {
  if (!withPayload.has(shape.kind)) return { ...shape, schema: append * 8 + chunk, payload: new Uint8Array(0) }
  if (shape.kind !== 'batch') return { ...shape, schema: 0, payload: labelled(append, chunk, 0, extra) }
  const rows = Array.from({ length: shape.rows }, (_, row) => labelled(append, chunk, row, extra))
  return { ...shape, schema: extra, payload: joinPayloads(rows) }
}

export function joinPayloads(payloads: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(payloads.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const payload of payloads) {
    joined.set(payload, at)
    at += payload.length
  }
  return joined
}

/** null: the bytes are not those of any row that was made. */
export function originOf(chunk: Chunk, row: number): Origin | null {
  if (!withPayload.has(chunk.kind)) return { append: Math.floor(chunk.schema / 8), chunk: chunk.schema % 8, row }
  if (chunk.kind !== 'batch') return atRow(read(chunk.payload), row)
  const width = 8 + chunk.schema
  return chunk.payload.length === width * chunk.rows ? read(chunk.payload.subarray(row * width, (row + 1) * width)) : null
}

function atRow(origin: Origin | null, row: number): Origin | null {
  return origin && { ...origin, row }
}

function labelled(append: number, chunk: number, row: number, extra: number): Uint8Array {
  const bytes = new Uint8Array(8 + extra)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, append)
  view.setUint16(4, chunk)
  view.setUint16(6, row)
  for (let at = 8; at < bytes.length; at++) bytes[at] = filler(append, chunk, row, at)
  return bytes
}

function read(bytes: Uint8Array): Origin | null {
  if (bytes.length < 8) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const origin = { append: view.getUint32(0), chunk: view.getUint16(4), row: view.getUint16(6) }
  for (let at = 8; at < bytes.length; at++) if (bytes[at] !== filler(origin.append, origin.chunk, origin.row, at)) return null
  return origin
}

function filler(append: number, chunk: number, row: number, at: number): number {
  return (append * 31 + chunk * 17 + row * 7 + at * 3) & 255
}
