import type { Field } from '@millrace/plan'
import type { Batch, Column, ListColumn, StringColumn } from './batch.ts'
import { storedBitmapBytes } from './batch-bytes.ts'
import { bytesOf, layOut } from './lay-out.ts'
import { isSet } from './validity.ts'

/**
 * The rows [from, to) of a batch as one buffer, in the layout of docs/batch-format.md: each array begins at a multiple
 * of 64 bytes (few rows: 8), so that `decodeBatch` gives views of it. Dictionaries are cut down to the entries that the rows use.
 * With `shared` the bytes lie in shared memory, which other threads see without a copy.
 */
export function encodeBatch(batch: Batch, from: number | undefined, to: number | undefined, options: { readonly shared: true }): Uint8Array
export function encodeBatch(batch: Batch, from?: number, to?: number): ArrayBuffer
export function encodeBatch(batch: Batch, from = 0, to = batch.rows, options?: { readonly shared: true }): ArrayBuffer | Uint8Array {
  const arrays: Uint8Array[] = []
  addColumns(arrays, batch, from, to)
  const pieces = arrays.map((array) => [array])
  const bytes = layOut(pieces, batch.fields, to - from, options?.shared === true)
  return options?.shared === true ? bytes : (bytes.buffer as ArrayBuffer)
}

function addColumns(arrays: Uint8Array[], batch: Batch, from: number, to: number): void {
  for (const [i, field] of batch.fields.entries()) addColumn(arrays, batch.columns[i] as Column, field, from, to)
}

function addColumn(arrays: Uint8Array[], column: Column, field: Field, from: number, to: number): void {
  const { validity } = column
  if (!field.nullable) arrays.push(new Uint8Array(0))
  else arrays.push(validity === null ? allSet(to - from) : copyBits(validity, from, to))
  switch (column.kind) {
    case 'bool':
      arrays.push(copyBits(column.values, from, to))
      return
    case 'string':
      addTexts(arrays, column, from, to)
      return
    case 'list':
      addList(arrays, column, from, to)
      return
    default:
      arrays.push(bytesOf(column.values.subarray(from, to)))
  }
}

/** By entry of a dictionary: its number among those used, from 1. All 0 between calls, as a few rows may use few of many entries. */
let renumbered = new Int32Array(256)

/** Entry numbers of a dictionary of its own, its offsets and its bytes. */
function addTexts(arrays: Uint8Array[], { values, validity, dictionary }: StringColumn, from: number, to: number): void {
  if (renumbered.length < dictionary.size) renumbered = new Int32Array(dictionary.size * 2)
  const used: number[] = []
  const entries = new Int32Array(to - from)
  for (let row = from; row < to; row++) {
    if (validity !== null && !isSet(validity, row)) continue
    const entry = values[row] as number
    if (renumbered[entry] === 0) renumbered[entry] = used.push(entry)
    entries[row - from] = (renumbered[entry] as number) - 1
  }
  for (const entry of used) renumbered[entry] = 0
  const offsets = new Int32Array(used.length + 1)
  for (const [i, entry] of used.entries()) offsets[i + 1] = (offsets[i] as number) + lengthOf(dictionary.offsets, entry)
  const bytes = new Uint8Array(offsets[used.length] as number)
  for (const [i, entry] of used.entries()) bytes.set(dictionary.bytes.subarray(dictionary.offsets[entry], dictionary.offsets[entry + 1]), offsets[i])
  arrays.push(bytesOf(entries), bytesOf(offsets), bytes)
}

function addList(arrays: Uint8Array[], { offsets, elements }: ListColumn, from: number, to: number): void {
  const first = offsets[from] as number
  const shifted = new Int32Array(to - from + 1)
  for (let row = from; row <= to; row++) shifted[row - from] = (offsets[row] as number) - first
  arrays.push(bytesOf(shifted))
  addColumns(arrays, elements, first, first + (shifted[to - from] as number))
}

function lengthOf(offsets: Int32Array, entry: number): number {
  return (offsets[entry + 1] as number) - (offsets[entry] as number)
}

function allSet(bits: number): Uint8Array {
  const bitmap = new Uint8Array(storedBitmapBytes(bits)).fill(0xff)
  const rest = bits & 7
  if (rest !== 0) bitmap[bitmap.length - 1] = (1 << rest) - 1
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
