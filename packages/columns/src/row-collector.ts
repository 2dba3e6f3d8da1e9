import type { Field } from '@millrace/plan'
import type { Batch, Column, ListColumn, StringColumn } from './batch.ts'
import { BatchBuilder, type ColumnBuilder, type ListBuilder } from './batch-builder.ts'
import type { BoolBuilder } from './bool-builder.ts'
import type { Dictionary } from './dictionary.ts'
import type { StringBuilder } from './string-builder.ts'
import { clearBit, isSet, setBit } from './validity.ts'

/**
 * Copies picked rows of batches of the same fields into one batch of its own, column by column. The batch shares the
 * collector's arrays: it is valid until the next `append` or `clear`.
 */
export class RowCollector {
  private readonly builder: BatchBuilder
  private readonly texts: (TextNumbers | null)[]

  constructor(fields: readonly Field[]) {
    this.builder = new BatchBuilder(fields)
    this.texts = this.builder.columns.map((column) => (column.kind === 'string' ? new TextNumbers(column) : null))
  }

  get rows(): number {
    return this.builder.rows
  }

  /** Rows selection[from, to) of the columns. */
  append(columns: readonly Column[], selection: Int32Array, from: number, to: number): void {
    const { builder } = this
    const at = builder.rows
    builder.reserve(at + to - from)
    for (const [i, target] of builder.columns.entries()) appendColumn(target, columns[i] as Column, selection, from, to, at, this.texts[i] ?? null)
    builder.rows = at + to - from
  }

  batch(): Batch {
    return this.builder.batch()
  }

  clear(): void {
    this.builder.clear()
  }
}

/** The numbers that entries of the last dictionary have in the builder's own. */
class TextNumbers {
  private readonly builder: StringBuilder
  private source: Dictionary | null = null
  private target: Dictionary | null = null
  private numbers: Int32Array = new Int32Array(0)

  constructor(builder: StringBuilder) {
    this.builder = builder
  }

  of(source: Dictionary): Int32Array {
    const { dictionary } = this.builder
    if (source !== this.source || dictionary !== this.target) {
      this.source = source
      this.target = dictionary
      this.numbers = new Int32Array(Math.max(16, source.size))
    } else if (this.numbers.length < source.size) this.numbers = grown(this.numbers, source.size * 2)
    return this.numbers
  }
}

function grown(from: Int32Array, length: number): Int32Array {
  const to = new Int32Array(length)
  to.set(from)
  return to
}

function appendColumn(target: ColumnBuilder, source: Column, selection: Int32Array, from: number, to: number, at: number, texts: TextNumbers | null): void {
  switch (target.kind) {
    case 'bool':
      appendBits((target as BoolBuilder).values, (source as { values: Uint8Array }).values, selection, from, to, at)
      break
    case 'string':
      appendTexts(target, source as StringColumn, selection, from, to, at, (texts as TextNumbers).of((source as StringColumn).dictionary))
      break
    case 'list':
      appendLists(target, source as ListColumn, selection, from, to, at)
      return
    case 'int32':
      appendWords(target.values, (source as { values: Int32Array }).values, selection, from, to, at)
      break
    default:
      appendNumbers(target.values, (source as { values: Float64Array }).values, selection, from, to, at)
  }
  if (target.validity !== null) appendValidity(target.validity, source.validity, selection, from, to, at)
}

function appendWords(target: Int32Array, source: Int32Array, selection: Int32Array, from: number, to: number, at: number): void {
  for (let x = from; x < to; x++) target[at + x - from] = source[selection[x] as number] as number
}

function appendNumbers(target: Float64Array, source: Float64Array, selection: Int32Array, from: number, to: number, at: number): void {
  for (let x = from; x < to; x++) target[at + x - from] = source[selection[x] as number] as number
}

function appendBits(target: Uint8Array, source: Uint8Array, selection: Int32Array, from: number, to: number, at: number): void {
  for (let x = from; x < to; x++) {
    if (isSet(source, selection[x] as number)) setBit(target, at + x - from)
    else clearBit(target, at + x - from)
  }
}

function appendValidity(target: Uint8Array, source: Uint8Array | null, selection: Int32Array, from: number, to: number, at: number): void {
  if (source !== null) appendBits(target, source, selection, from, to, at)
  else for (let row = at; row < at + to - from; row++) setBit(target, row)
}

function appendTexts(
  target: StringBuilder,
  { values, validity, dictionary }: StringColumn,
  selection: Int32Array,
  from: number,
  to: number,
  at: number,
  numbers: Int32Array,
): void {
  for (let x = from; x < to; x++) {
    const row = selection[x] as number
    if (validity !== null && !isSet(validity, row)) {
      target.values[at + x - from] = 0
      continue
    }
    const entry = values[row] as number
    // Numbers are kept one higher, so that 0 stands for an entry not met yet.
    let number = numbers[entry] as number
    if (number === 0) {
      number = target.dictionary.intern(dictionary.bytes, dictionary.offsets[entry] as number, dictionary.offsets[entry + 1] as number) + 1
      numbers[entry] = number
    }
    target.values[at + x - from] = number - 1
  }
}

function appendLists(target: ListBuilder, source: ListColumn, selection: Int32Array, from: number, to: number, at: number): void {
  for (let x = from; x < to; x++) {
    const row = selection[x] as number
    if (source.validity !== null && !isSet(source.validity, row)) target.setMissing(at + x - from)
    else appendList(target, source, row, at + x - from)
  }
}

function appendList(target: ListBuilder, { offsets, elements }: ListColumn, row: number, to: number): void {
  const first = offsets[row] as number
  const rows = (offsets[row + 1] as number) - first
  const picked = Int32Array.from({ length: rows }, (_, i) => first + i)
  target.begin(to)
  const at = target.elements.rows
  target.elements.reserve(at + rows)
  for (const [i, column] of target.elements.columns.entries())
    appendColumn(column, elements.columns[i] as Column, picked, 0, rows, at, column.kind === 'string' ? new TextNumbers(column) : null)
  target.elements.rows = at + rows
  target.finish(to)
}
