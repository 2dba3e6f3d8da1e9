import { type Field, MillraceError } from '@millrace/plan'
import type { Batch, BoolColumn, Column, ListColumn, StringColumn } from './batch.ts'
import { storedBitmapBytes } from './batch-bytes.ts'
import { decodeBatch } from './decode-batch.ts'
import { Dictionary } from './dictionary.ts'
import { bytesOf, layOut, type Pieces } from './lay-out.ts'
import { isSet } from './validity.ts'

/**
 * Encoded batches of one schema as one, in their order and in shared memory: the bytes that encoding all of their rows
 * at once would give. At least one batch. BATCH_DAMAGED where one is no batch or has other fields than the first.
 */
export function joinBatches(payloads: readonly Uint8Array[]): Uint8Array {
  const batches = payloads.map((payload) => decodeBatch(payload))
  const { fields } = batches[0] as Batch
  for (const batch of batches) {
    if (batch.fields !== fields && JSON.stringify(batch.fields) !== JSON.stringify(fields))
      throw new MillraceError('BATCH_DAMAGED', { reason: 'it is to be joined with a batch of other fields' })
  }
  const arrays: Pieces[] = []
  joinColumns(arrays, batches, fields)
  return layOut(arrays, fields, rowsOf(batches), true)
}

function joinColumns(arrays: Pieces[], batches: readonly Batch[], fields: readonly Field[]): void {
  const rows = batches.map((batch) => batch.rows)
  for (const [i, field] of fields.entries()) {
    const columns = batches.map((batch) => batch.columns[i] as Column)
    joinColumn(arrays, columns, rows, field)
  }
}

/** All columns of one field have its kind, so the first one's says what they are. */
function joinColumn(arrays: Pieces[], columns: readonly Column[], rows: readonly number[], { nullable, type }: Field): void {
  const validities = columns.map(({ validity }) => validity ?? new Uint8Array(0))
  arrays.push(nullable ? [joinBits(validities, rows)] : [])
  if (typeof type !== 'string') joinLists(arrays, columns as ListColumn[], type.list)
  else if (type === 'string') joinTexts(arrays, columns as StringColumn[])
  else if (type === 'bool') {
    const bits = (columns as BoolColumn[]).map(({ values }) => values)
    arrays.push([joinBits(bits, rows)])
  } else arrays.push((columns as Exclude<Column, BoolColumn | StringColumn | ListColumn>[]).map(({ values }) => bytesOf(values)))
}

/** Bits behind the rows are 0 in every bitmap that was encoded, so that shifted bytes may be joined by `or`. */
function joinBits(bitmaps: readonly Uint8Array[], rows: readonly number[]): Uint8Array {
  const joined = new Uint8Array(storedBitmapBytes(rows.reduce((sum, count) => sum + count, 0)))
  let bit = 0
  for (const [i, bitmap] of bitmaps.entries()) {
    const first = bit >> 3
    const shift = bit & 7
    if (shift === 0) joined.set(bitmap, first)
    else orShifted(joined, bitmap, first, shift)
    bit += rows[i] as number
  }
  return joined
}

/** What falls out behind the last byte are bits behind the rows: the array ignores the write. */
function orShifted(joined: Uint8Array, bitmap: Uint8Array, first: number, shift: number): void {
  for (let i = 0; i < bitmap.length; i++) {
    const byte = bitmap[i] as number
    joined[first + i] = (joined[first + i] as number) | (byte << shift)
    joined[first + i + 1] = byte >> (8 - shift)
  }
}

/** Dictionaries number their entries by first use, so merging them in order does so again. */
function joinTexts(arrays: Pieces[], columns: readonly StringColumn[]): void {
  const entries = columns.reduce((sum, { dictionary }) => sum + dictionary.size, 0)
  const bytes = columns.reduce((sum, { dictionary }) => sum + dictionary.byteLength, 0)
  const merged = new Dictionary(entries, bytes)
  const values = columns.map((column) => bytesOf(renumber(column, merged)))
  arrays.push(values, [bytesOf(merged.offsets.subarray(0, merged.size + 1))], [merged.bytes.subarray(0, merged.byteLength)])
}

function renumber({ values, validity, dictionary }: StringColumn, merged: Dictionary): Int32Array {
  const { offsets, bytes, size } = dictionary
  const numbers = new Int32Array(size)
  let moved = false
  for (let entry = 0; entry < size; entry++) {
    const number = merged.intern(bytes, offsets[entry] as number, offsets[entry + 1] as number)
    numbers[entry] = number
    if (number !== entry) moved = true
  }
  if (!moved) return values
  const renumbered = new Int32Array(values.length)
  for (let row = 0; row < values.length; row++) renumbered[row] = numbers[values[row] as number] as number
  // The number under a missing value is 0 in every batch, whatever entry 0 became.
  if (validity !== null) for (let row = 0; row < values.length; row++) if (!isSet(validity, row)) renumbered[row] = 0
  return renumbered
}

function joinLists(arrays: Pieces[], columns: readonly ListColumn[], fields: readonly Field[]): void {
  const elements = columns.map((column) => column.elements)
  const offsets = new Int32Array(columns.reduce((sum, column) => sum + column.offsets.length - 1, 1))
  let row = 0
  let before = 0
  for (const {
    offsets: own,
    elements: { rows },
  } of columns) {
    for (let i = 1; i < own.length; i++) offsets[++row] = before + (own[i] as number)
    before += rows
  }
  arrays.push([bytesOf(offsets)])
  joinColumns(arrays, elements, fields)
}

function rowsOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, { rows }) => sum + rows, 0)
}
