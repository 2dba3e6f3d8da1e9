import { isUtf8 } from 'node:buffer'
import { BatchBuilder, type ColumnBuilder, type Float64Builder, isSet, type StringBuilder, setBit } from '@millrace/columns'
import type { DecoderSink } from './decoder.ts'
import { fault } from './fault.ts'
import { KeyTally } from './key-tally.ts'
import type { Layout, Leaf } from './layout.ts'
import { Letters } from './letters.ts'
import { TimestampReader } from './time/timestamp-reader.ts'
import { scalarReader, TextSentinels, type ValueReader } from './value/reader.ts'

const nothing = new Uint8Array(0)

/**
 * The row that a record becomes, or the dead letter: takes a record's values one after the other, keeps the first
 * fault, and decides at the end. Generated code writes the same builder directly and comes here with the rest.
 */
export class RecordRow {
  readonly layout: Layout
  readonly builder: BatchBuilder
  readonly readers: readonly (ValueReader | null)[]
  readonly letters: Letters
  readonly tally: KeyTally
  /** An event time past this is too far ahead (T7). */
  latestMs = Infinity
  /** Log time of the chunk, where there is one. */
  ingestionMs: number | undefined
  /** First fault of the record, and where; positions in the window's bytes. */
  fault = 0
  faultColumn = -1
  faultFrom = 0
  faultTo = 0
  /** By column: 1 where the row has a value (missing counts), 2 or 3 where one did not fit. */
  readonly done: Uint8Array
  private readonly sink: DecoderSink
  private readonly columns: readonly ColumnBuilder[]
  private readonly emptyIsMissing: readonly boolean[]
  /** Columns with bitmaps, and whether there are lists: what a bad record can leave traces in. */
  private readonly marked: readonly ColumnBuilder[]
  private readonly lists: boolean
  private readonly zoneColumn: Int32Array
  private readonly zoned: readonly number[]
  private readonly zonedBytes: Uint8Array[]
  readonly batchRows: number
  private flushedRows = 0
  private lastTime = Number.NaN
  private highestTime = Number.NEGATIVE_INFINITY
  private seenRows = 0
  /** First row of the batch that is of this input. */
  private inputFrom = 0

  constructor(layout: Layout, sink: DecoderSink, batchRows: number) {
    this.layout = layout
    this.sink = sink
    this.batchRows = batchRows
    this.builder = new BatchBuilder(layout.fields, batchRows)
    this.columns = this.builder.columns
    this.tally = new KeyTally(layout.keyIndexes.flatMap((index) => this.columns[index] ?? []))
    this.letters = new Letters(layout, this.tally, sink)
    this.lists = this.columns.some((column) => column.kind === 'list')
    this.marked = this.columns.filter((column) => column.kind === 'bool' || column.validity !== null)
    this.readers = layout.leaves.map((leaf, i) => readerOf(leaf, this.columns[i] as ColumnBuilder))
    this.emptyIsMissing = layout.leaves.map((leaf) => !leaf.required || (leaf.field.nullable && new TextSentinels(leaf).has(nothing, 0, 0)))
    this.done = new Uint8Array(layout.leaves.length)
    this.zoneColumn = Int32Array.from(layout.leaves, (leaf) => zoneColumnOf(layout, leaf))
    this.zoned = layout.leaves.map((leaf) => leaf.index).filter((index) => (this.zoneColumn[index] as number) >= 0)
    this.zonedBytes = layout.leaves.map(() => nothing)
  }

  get rows(): number {
    return this.flushedRows + this.builder.rows
  }

  get records(): number {
    return this.rows + this.letters.bad
  }

  get full(): boolean {
    return this.builder.rows >= this.batchRows
  }

  /** Whether generated code can fill all columns: zones from columns need the whole record. */
  get plain(): boolean {
    return this.zoned.length === 0
  }

  /** Records are counted anew, and none stands before the first one. */
  beginInput(): void {
    // Of a record that did not come whole, values may stand in the row.
    this.undo()
    this.zonedBytes.fill(nothing)
    this.letters.recordsBefore = this.records
    this.inputFrom = this.builder.rows
    this.lastTime = Number.NaN
    this.highestTime = Number.NEGATIVE_INFINITY
    this.seenRows = this.builder.rows
  }

  /** The time of the record before the input's first. */
  precededBy(timeMs: number): void {
    this.lastTime = timeMs
  }

  begin(): void {
    this.fault = fault.none
    this.faultColumn = -1
    this.done.fill(0)
  }

  fail(code: number, column: number, from: number, to: number): void {
    if (column >= 0) this.done[column] = 2
    if (this.fault !== fault.none) return
    this.fault = code
    this.faultColumn = column
    this.faultFrom = from
    this.faultTo = to
  }

  /** The text of a column's value, source[from, to); for a fault the input's own bytes rawFrom to rawTo are shown. */
  value(column: number, source: Uint8Array, from: number, to: number, rawFrom: number, rawTo: number): void {
    const row = this.builder.rows
    if ((this.zoneColumn[column] as number) >= 0) {
      this.zonedBytes[column] = source.slice(from, to)
      return
    }
    const found = (this.readers[column] as ValueReader).read(source, from, to, row)
    if (found !== fault.none) this.bad(column, found, rawFrom, rawTo)
    else if (column === this.layout.timeIndex) this.timeRead(column, rawFrom, rawTo)
    else this.done[column] = (this.done[column] as number) | 1
  }

  missing(column: number, rawFrom: number, rawTo: number): void {
    if (column === this.layout.timeIndex) this.withoutTime(column, fault.fieldMissing, rawFrom, rawTo)
    else if (this.emptyIsMissing[column]) {
      ;(this.columns[column] as ColumnBuilder).setMissing(this.builder.rows)
      this.done[column] = (this.done[column] as number) | 1
    } else this.fail(fault.fieldMissing, column, rawFrom, rawTo)
  }

  wrong(column: number, rawFrom: number, rawTo: number): void {
    this.bad(column, fault.type, rawFrom, rawTo)
  }

  listRead(column: number): void {
    this.done[column] = (this.done[column] as number) | 1
  }

  private bad(column: number, found: number, rawFrom: number, rawTo: number): void {
    if (column === this.layout.timeIndex) this.withoutTime(column, found, rawFrom, rawTo)
    else this.fail(found, column, rawFrom, rawTo)
  }

  /** Text of other than ASCII bytes must be valid UTF-8; answers whether it is. */
  isText(source: Uint8Array, from: number, to: number, column: number, rawFrom: number, rawTo: number): boolean {
    const valid = isUtf8(source.subarray(from, to))
    if (!valid) this.fail(fault.notUtf8, column, rawFrom, rawTo)
    return valid
  }

  /** Ends the record at bytes from to `to` of the window: its row stays, or goes and leaves a dead letter. */
  end(from: number, to: number): void {
    if (this.zoned.length > 0) this.readZoned(from, to)
    if (this.fault === fault.none) {
      this.builder.rows++
      return
    }
    this.refuse(from, to, this.keyKnown())
    this.undo()
  }

  /** Makes ready to judge one field of the row where generated code stopped. */
  judge(row: number): void {
    this.builder.rows = row
    this.fault = fault.none
    this.faultColumn = -1
  }

  /** The record is bad, by the fault that was found first. */
  refuse(from: number, to: number, keyKnown: boolean): void {
    this.letters.add(this.builder.rows, from, to, this.fault, this.faultColumn, this.faultFrom, this.faultTo, keyKnown)
  }

  flush(): void {
    const { builder } = this
    if (builder.rows === 0) return
    // Letters count the rows of this batch.
    this.letters.flush()
    this.rememberTimes()
    this.seenRows = 0
    this.inputFrom = 0
    const batch = builder.batch()
    this.flushedRows += builder.rows
    this.letters.rowsBefore = this.flushedRows
    this.sink.batch(batch)
    builder.clear()
  }

  /** A row that is not to be must leave no trace in bitmaps, which the next row takes as fresh. */
  private undo(): void {
    const row = this.builder.rows
    if (this.lists) this.builder.truncate(row)
    for (let i = 0; i < this.marked.length; i++) {
      const column = this.marked[i] as ColumnBuilder
      if (column.kind === 'bool') column.set(row, false)
      if (column.validity !== null) setBit(column.validity, row)
    }
  }

  private timeRead(column: number, rawFrom: number, rawTo: number): void {
    const builder = this.columns[column] as Float64Builder
    const row = this.builder.rows
    if (builder.validity !== null && !isSet(builder.validity, row)) this.withoutTime(column, fault.fieldMissing, rawFrom, rawTo)
    else if ((builder.values[row] as number) > this.latestMs) this.fail(fault.tooFarAhead, column, rawFrom, rawTo)
    else this.done[column] = (this.done[column] as number) | 1
  }

  /** T7: what a record without a usable time becomes. */
  private withoutTime(column: number, found: number, rawFrom: number, rawTo: number): void {
    const policy = this.layout.node.withoutTime
    if (policy === 'reject') {
      this.fail(found, column, rawFrom, rawTo)
      return
    }
    const ms = policy === 'previous' ? this.previousTime() : (this.ingestionMs ?? this.highest())
    if (!Number.isFinite(ms)) {
      this.fail(fault.timeMissing, column, rawFrom, rawTo)
      return
    }
    ;(this.columns[column] as Float64Builder).set(this.builder.rows, ms)
    this.done[column] = (this.done[column] as number) | 1
  }

  /** Event time of the record before, ms; NaN: there is none. */
  previousTime(): number {
    const { rows } = this.builder
    return rows === this.inputFrom ? this.lastTime : ((this.columns[this.layout.timeIndex] as Float64Builder).values[rows - 1] as number)
  }

  /** Log time of a file: its highest event time so far (T8). */
  private highest(): number {
    this.rememberTimes()
    return this.highestTime
  }

  private rememberTimes(): void {
    const { rows } = this.builder
    const { timeIndex, node } = this.layout
    if (timeIndex < 0 || node.withoutTime === 'reject' || rows === this.inputFrom) return
    const { values } = this.columns[timeIndex] as Float64Builder
    this.lastTime = values[rows - 1] as number
    for (let row = this.seenRows; row < rows; row++) this.highestTime = Math.max(this.highestTime, values[row] as number)
    this.seenRows = rows
  }

  private readZoned(from: number, to: number): void {
    const row = this.builder.rows
    for (const column of this.zoned) {
      const text = this.zonedBytes[column] as Uint8Array
      this.zonedBytes[column] = nothing
      if (text.length === 0) continue
      const zone = this.zoneText(this.zoneColumn[column] as number, row)
      const reader = this.readers[column] as TimestampReader
      const found = zone === null ? reader.read(text, 0, text.length, row) : reader.readInZone(text, 0, text.length, row, zone)
      if (found !== fault.none) this.bad(column, found, from, to)
      else if (column === this.layout.timeIndex) this.timeRead(column, from, to)
      else this.done[column] = (this.done[column] as number) | 1
    }
  }

  private zoneText(column: number, row: number): { bytes: Uint8Array; from: number; to: number } | null {
    const { validity, values, dictionary } = this.columns[column] as StringBuilder
    if (this.done[column] === 0 || (validity !== null && !isSet(validity, row))) return null
    const entry = values[row] as number
    return { bytes: dictionary.bytes, from: dictionary.offsets[entry] as number, to: dictionary.offsets[entry + 1] as number }
  }

  /** After a fault, a record is read on only for its key. */
  nothingToLearn(): boolean {
    const { keyIndexes } = this.layout
    for (let i = 0; i < keyIndexes.length; i++) if ((this.done[keyIndexes[i] as number] as number) > 1) return true
    return keyIndexes.length === 0 || this.keyKnown()
  }

  private keyKnown(): boolean {
    const { keyIndexes } = this.layout
    for (let i = 0; i < keyIndexes.length; i++) if (this.done[keyIndexes[i] as number] !== 1) return false
    return keyIndexes.length > 0
  }
}

export function readerOf(leaf: Leaf, builder: ColumnBuilder): ValueReader | null {
  if (leaf.type.kind === 'list') return null
  return leaf.type.kind === 'timestamp' ? new TimestampReader(leaf, builder as Float64Builder) : scalarReader(leaf, builder)
}

/** Position of the column that names the zone of a timestamp's text: beside it in the same record; -1: none. */
function zoneColumnOf(layout: Layout, leaf: Leaf): number {
  if (leaf.type.kind !== 'timestamp' || leaf.type.zoneColumn === undefined) return -1
  const prefix = leaf.field.name.slice(0, leaf.field.name.lastIndexOf('.') + 1)
  const { zoneColumn } = leaf.type
  const find = (name: string) => layout.fields.findIndex((field) => field.name === name && field.type === 'string')
  const beside = find(prefix + zoneColumn)
  return beside >= 0 ? beside : find(zoneColumn)
}
