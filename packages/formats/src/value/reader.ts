import type { BoolBuilder, ColumnBuilder, Float64Builder, Int32Builder, StringBuilder } from '@millrace/columns'
import { limits } from '@millrace/plan'
import { fault } from '../fault.ts'
import type { Leaf } from '../layout.ts'
import { type NumberText, parseDecimal, parseWhole } from './number-text.ts'

/** Reads the text of a value into a row of a column, exactly and in any form that is allowed. */
export interface ValueReader {
  /** bytes[from, to) is the value, unquoted; the answer is a fault, or none. The row is set only where there is none. */
  read(bytes: Uint8Array, from: number, to: number, row: number): number
}

const texts = new TextEncoder()

/** The sentinels of a column that are compared as text. */
export class TextSentinels {
  private readonly texts: readonly Uint8Array[]

  constructor(leaf: Leaf) {
    this.texts = leaf.missing.filter((value) => typeof value === 'string').map((value) => texts.encode(value))
  }

  get empty(): boolean {
    return this.texts.length === 0
  }

  has(bytes: Uint8Array, from: number, to: number): boolean {
    for (const text of this.texts) if (text.length === to - from && text.every((byte, i) => byte === bytes[from + i])) return true
    return false
  }
}

/** Sentinels that are numbers, those written as text included. */
export function numberSentinels(leaf: Leaf): readonly number[] {
  return leaf.missing.map(Number).filter((value) => !Number.isNaN(value))
}

class WholeReader implements ValueReader {
  private readonly builder: Int32Builder | Float64Builder
  private readonly sentinels: readonly number[]
  private readonly parsed: NumberText = { value: 0, fault: 0 }
  private readonly is32: boolean

  constructor(leaf: Leaf, builder: Int32Builder | Float64Builder) {
    this.builder = builder
    this.sentinels = numberSentinels(leaf)
    this.is32 = builder.kind === 'int32'
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): number {
    const { parsed } = this
    parseWhole(bytes, from, to, parsed)
    if (parsed.fault !== 0) return parsed.fault
    const { value } = parsed
    if (this.is32 && value !== (value | 0)) return fault.int32Range
    if (this.sentinels.includes(value)) this.builder.setMissing(row)
    else this.builder.set(row, value)
    return fault.none
  }
}

class DecimalReader implements ValueReader {
  private readonly builder: Float64Builder
  private readonly sentinels: readonly number[]
  private readonly parsed: NumberText = { value: 0, fault: 0 }

  constructor(leaf: Leaf, builder: Float64Builder) {
    this.builder = builder
    this.sentinels = numberSentinels(leaf)
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): number {
    const { parsed } = this
    parseDecimal(bytes, from, to, parsed)
    if (parsed.fault !== 0) return parsed.fault
    if (this.sentinels.includes(parsed.value)) this.builder.setMissing(row)
    else this.builder.set(row, parsed.value)
    return fault.none
  }
}

class BoolReader implements ValueReader {
  private readonly builder: BoolBuilder
  private readonly sentinels: readonly number[]

  constructor(leaf: Leaf, builder: BoolBuilder) {
    this.builder = builder
    this.sentinels = numberSentinels(leaf)
  }

  /** true and false in any case, 1 and 0. */
  read(bytes: Uint8Array, from: number, to: number, row: number): number {
    const value = boolOf(bytes, from, to)
    if (value < 0) return fault.notBool
    if (to - from === 1 && this.sentinels.includes(value)) this.builder.setMissing(row)
    else this.builder.set(row, value === 1)
    return fault.none
  }
}

function boolOf(bytes: Uint8Array, from: number, to: number): number {
  if (to - from === 1) return bytes[from] === 49 ? 1 : bytes[from] === 48 ? 0 : -1
  if (isWord(bytes, from, to, 'true')) return 1
  return isWord(bytes, from, to, 'false') ? 0 : -1
}

function isWord(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false
  for (let i = 0; i < word.length; i++) if (((bytes[from + i] as number) | 32) !== word.charCodeAt(i)) return false
  return true
}

class StringReader implements ValueReader {
  private readonly builder: StringBuilder

  constructor(builder: StringBuilder) {
    this.builder = builder
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): number {
    this.builder.setBytes(row, bytes, from, to)
    return fault.none
  }
}

/** Adds what holds for every type: the longest value, and sentinels written as text. */
class GuardedReader implements ValueReader {
  private readonly inner: ValueReader
  private readonly builder: ColumnBuilder
  private readonly sentinels: TextSentinels

  constructor(inner: ValueReader, builder: ColumnBuilder, sentinels: TextSentinels) {
    this.inner = inner
    this.builder = builder
    this.sentinels = sentinels
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): number {
    if (to - from > limits.valueBytes) return fault.valueTooLong
    if (!this.sentinels.empty && this.sentinels.has(bytes, from, to)) {
      // The time column: a record without one is rejected or given one.
      if (this.builder.validity === null) return fault.fieldMissing
      this.builder.setMissing(row)
      return fault.none
    }
    return this.inner.read(bytes, from, to, row)
  }
}

export function guarded(inner: ValueReader, leaf: Leaf, builder: ColumnBuilder): ValueReader {
  return new GuardedReader(inner, builder, new TextSentinels(leaf))
}

/** The reader of a column that is neither a timestamp nor a list. */
export function scalarReader(leaf: Leaf, builder: ColumnBuilder): ValueReader {
  switch (builder.kind) {
    case 'int32':
    case 'int64':
      return guarded(new WholeReader(leaf, builder), leaf, builder)
    case 'float64':
      return guarded(new DecimalReader(leaf, builder), leaf, builder)
    case 'bool':
      return guarded(new BoolReader(leaf, builder), leaf, builder)
    case 'string':
      return guarded(new StringReader(builder), leaf, builder)
    default:
      throw new Error(`a ${builder.kind} has a reader of its own`)
  }
}
