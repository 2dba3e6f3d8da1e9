import type { Field } from '@millrace/plan'
import type { Batch, Column, ListColumn, StringColumn } from './batch.ts'
import { aligned, header, headerBytes, magic, storedBitmapBytes } from './batch-bytes.ts'
import { isSet, setBit } from './validity.ts'

const texts = new TextEncoder()

/**
 * The rows [from, to) of a batch as one buffer, in the layout of docs/batch-format.md: each array begins at a multiple
 * of 64 bytes, so that `decodeBatch` gives views of it. Dictionaries are cut down to the entries that the rows use.
 */
export function encodeBatch(batch: Batch, from = 0, to = batch.rows): ArrayBuffer {
  const buffers: Uint8Array[] = []
  addColumns(buffers, batch, from, to)
  const schema = texts.encode(JSON.stringify(batch.fields.map(plainField)))
  return layOut(buffers, schema, to - from)
}

/** A field as plain JSON, without what others may have added to the object. */
function plainField({ name, type, nullable }: Field): Field {
  return { name, type: typeof type === 'string' ? type : { list: type.list.map(plainField) }, nullable }
}

function layOut(buffers: readonly Uint8Array[], schema: Uint8Array, rows: number): ArrayBuffer {
  const schemaAt = headerBytes + buffers.length * 8
  let end = aligned(schemaAt + schema.length)
  const places = buffers.map((buffer) => {
    const at = end
    end = aligned(end + buffer.length)
    return at
  })
  const out = new ArrayBuffer(end)
  const view = new DataView(out)
  const bytes = new Uint8Array(out)
  view.setUint32(header.magic, magic, true)
  view.setUint32(header.byteLength, end, true)
  view.setUint32(header.rows, rows, true)
  view.setUint32(header.buffers, buffers.length, true)
  view.setUint32(header.schemaBytes, schema.length, true)
  bytes.set(schema, schemaAt)
  for (const [i, buffer] of buffers.entries()) {
    view.setUint32(headerBytes + i * 8, places[i] as number, true)
    view.setUint32(headerBytes + i * 8 + 4, buffer.length, true)
    bytes.set(buffer, places[i])
  }
  return out
}

function addColumns(buffers: Uint8Array[], batch: Batch, from: number, to: number): void {
  for (const [i, field] of batch.fields.entries()) addColumn(buffers, batch.columns[i] as Column, field, from, to)
}

function addColumn(buffers: Uint8Array[], column: Column, field: Field, from: number, to: number): void {
  const { validity } = column
  if (!field.nullable) buffers.push(new Uint8Array(0))
  else buffers.push(validity === null ? allSet(to - from) : copyBits(validity, from, to))
  switch (column.kind) {
    case 'bool':
      buffers.push(copyBits(column.values, from, to))
      return
    case 'string':
      addTexts(buffers, column, from, to)
      return
    case 'list':
      addList(buffers, column, from, to)
      return
    default:
      buffers.push(bytesOf(column.values.subarray(from, to)))
  }
}

/** Entry numbers of a dictionary of its own, its offsets and its bytes. */
function addTexts(buffers: Uint8Array[], { values, validity, dictionary }: StringColumn, from: number, to: number): void {
  const renumbered = new Int32Array(dictionary.size).fill(-1)
  const used: number[] = []
  const entries = new Int32Array(to - from)
  for (let row = from; row < to; row++) {
    if (validity !== null && !isSet(validity, row)) continue
    const entry = values[row] as number
    if ((renumbered[entry] as number) < 0) renumbered[entry] = used.push(entry) - 1
    entries[row - from] = renumbered[entry] as number
  }
  const offsets = new Int32Array(used.length + 1)
  for (const [i, entry] of used.entries()) offsets[i + 1] = (offsets[i] as number) + lengthOf(dictionary.offsets, entry)
  const bytes = new Uint8Array(offsets[used.length] as number)
  for (const [i, entry] of used.entries()) bytes.set(dictionary.bytes.subarray(dictionary.offsets[entry], dictionary.offsets[entry + 1]), offsets[i])
  buffers.push(bytesOf(entries), bytesOf(offsets), bytes)
}

function addList(buffers: Uint8Array[], { offsets, elements }: ListColumn, from: number, to: number): void {
  const first = offsets[from] as number
  const shifted = new Int32Array(to - from + 1)
  for (let row = from; row <= to; row++) shifted[row - from] = (offsets[row] as number) - first
  buffers.push(bytesOf(shifted))
  addColumns(buffers, elements, first, first + (shifted[to - from] as number))
}

function lengthOf(offsets: Int32Array, entry: number): number {
  return (offsets[entry + 1] as number) - (offsets[entry] as number)
}

function bytesOf(array: Int32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

function allSet(bits: number): Uint8Array {
  const bitmap = new Uint8Array(storedBitmapBytes(bits))
  for (let bit = 0; bit < bits; bit++) setBit(bitmap, bit)
  return bitmap
}

/** The bits [from, to), moved to the begin; those behind are 0, so that equal batches have equal bytes. */
function copyBits(source: Uint8Array, from: number, to: number): Uint8Array {
  const target = new Uint8Array(storedBitmapBytes(to - from))
  const shift = from & 7
  const first = from >> 3
  for (let i = 0; i < target.length; i++)
    target[i] = ((source[first + i] as number) >> shift) | ((shift === 0 ? 0 : (source[first + i + 1] ?? 0)) << (8 - shift))
  const rest = (to - from) & 7
  const last = target.length - 1
  if (rest !== 0) target[last] = (target[last] as number) & ((1 << rest) - 1)
  return target
}
