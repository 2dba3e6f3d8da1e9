import type { Field } from '@millrace/plan'
import { aligned, alignmentOf, header, headerBytes, magic } from './batch-bytes.ts'
import { sharedBytes } from './shared-bytes.ts'

const texts = new TextEncoder()

/** An array of the layout, given in pieces that stand one behind the other. */
export type Pieces = readonly Uint8Array[]

/** Lays the arrays of a batch out as docs/batch-format.md says. */
export function layOut(arrays: readonly Pieces[], fields: readonly Field[], rows: number, shared: boolean): Uint8Array {
  const schema = schemaOf(fields)
  const schemaAt = headerBytes + arrays.length * 8
  const alignment = alignmentOf(rows)
  let end = aligned(schemaAt + schema.length, alignment)
  const lengths = arrays.map((pieces) => pieces.reduce((sum, piece) => sum + piece.length, 0))
  const places = lengths.map((length) => {
    const at = end
    end = aligned(end + length, alignment)
    return at
  })
  const bytes = shared ? sharedBytes(end) : new Uint8Array(end)
  const view = new DataView(bytes.buffer, bytes.byteOffset, end)
  view.setUint32(header.magic, magic, true)
  view.setUint32(header.byteLength, end, true)
  view.setUint32(header.rows, rows, true)
  view.setUint32(header.buffers, arrays.length, true)
  view.setUint32(header.schemaBytes, schema.length, true)
  bytes.set(schema, schemaAt)
  for (const [i, pieces] of arrays.entries()) {
    view.setUint32(headerBytes + i * 8, places[i] as number, true)
    view.setUint32(headerBytes + i * 8 + 4, lengths[i] as number, true)
    let at = places[i] as number
    for (const piece of pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
  }
  return bytes
}

/** Of fields that many batches have. */
const schemas = new WeakMap<readonly Field[], Uint8Array>()

function schemaOf(fields: readonly Field[]): Uint8Array {
  const known = schemas.get(fields)
  if (known !== undefined) return known
  const schema = texts.encode(JSON.stringify(fields.map(plainField)))
  schemas.set(fields, schema)
  return schema
}

/** A field as plain JSON, without what others may have added to the object. */
function plainField({ name, type, nullable }: Field): Field {
  return { name, type: typeof type === 'string' ? type : { list: type.list.map(plainField) }, nullable }
}

export function bytesOf(array: Int32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}
