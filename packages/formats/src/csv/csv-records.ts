import { type CsvFormat, limits } from '@millrace/plan'
import { generateCsv } from '../code/generate-csv.ts'
import type { Run, RunState } from '../code/run-state.ts'
import { warmUp, worthWarmingBytes } from '../code/warm-up.ts'
import { fault } from '../fault.ts'
import type { InputWindow } from '../input-window.ts'
import { contentEnd } from '../line-end.ts'
import type { RecordRow } from '../record-row.ts'
import type { RecordFormat } from '../stream-decoder.ts'
import { CsvEnd } from './csv-end.ts'
import { CsvJudge } from './csv-judge.ts'
import { fieldTexts } from './field-texts.ts'
import { type CsvColumns, columnsInOrder, judgeHeader, mostHeaderFields } from './header.ts'

const lineFeed = 10
const carriageReturn = 13
const quote = 34
const incomplete = -1

/**
 * Lines to rows. Generated code takes whole lines as long as they look as usual; the first field that does not is
 * read here, with the rest of its line, exactly and byte by byte.
 */
export class CsvRecords implements RecordFormat {
  private readonly row: RecordRow
  private readonly format: CsvFormat
  private readonly separator: number
  private readonly lineEnd: CsvEnd
  private readonly state: RunState = { row: 0, slot: 0, at: 0 }
  private columns: CsvColumns | null = null
  /** Of the header; null: the input has none. */
  private header: readonly string[] | null = null
  /** What the code was made for. */
  private compiled: CsvColumns | null = null
  private run: Run | null = null
  private judge: CsvJudge | null = null
  /** Fault of all records after a header that cannot be used. */
  private headerFault = 0
  private warm = false
  private waiting = false
  private skipping = false
  private scratch = new Uint8Array(256)

  constructor(row: RecordRow, format: CsvFormat) {
    this.row = row
    this.format = format
    this.separator = format.separator.charCodeAt(0)
    this.lineEnd = new CsvEnd(this.separator)
    this.reset()
  }

  reset(): void {
    this.columns = null
    this.header = null
    this.headerFault = fault.none
    this.waiting = false
    this.skipping = false
    if (this.format.header === 'absent') this.setColumns(columnsInOrder(this.row.layout))
  }

  decode(window: InputWindow, final: boolean): void {
    while (window.start < window.end) {
      if (this.skipping && !this.skipLine(window)) return
      if (this.waiting && !this.lineEnd.found(window.bytes, window.start, window.end) && !final) return
      this.waiting = false
      if (this.columns === null) {
        if (!this.readHeader(window, final)) return
      } else if (!this.readRows(window, final)) return
    }
  }

  fieldNames(): readonly string[] {
    return this.header ?? this.row.layout.leaves.map(({ inputName }) => inputName)
  }

  private setColumns(columns: CsvColumns): void {
    this.columns = columns
    // Senders rarely change their header, and code takes long to make.
    if (this.compiled !== null && isSame(this.compiled, columns)) return
    this.compiled = null
    this.run = null
    const { leaves, timeIndex } = this.row.layout
    const usual = columns.absent.every((column) => !leaves[column]?.required && column !== timeIndex)
    if (!usual || !this.row.plain) return
    this.judge = new CsvJudge(this.row, columns, this.separator)
    this.compiled = columns
    this.warm = false
    this.run = generateCsv(this.row, columns, this.separator, this.row.batchRows, this.judge)
  }

  /** Answers false where bytes are lacking. */
  private readRows(window: InputWindow, final: boolean): boolean {
    const { row, state } = this
    state.slot = 0
    state.at = window.start
    if (this.run !== null && this.judge !== null) {
      if (!this.warm && window.end - window.start > worthWarmingBytes) this.warmUp(this.run, this.judge)
      window.start = this.run(window.bytes, window.view, window.start, window.end, state, row.builder.rows, row.latestMs)
      row.builder.rows = state.row
      if (row.full) row.flush()
      else if (window.start < window.end) return this.readLine(window, final)
      return true
    }
    return this.readLine(window, final)
  }

  private warmUp(run: Run, judge: CsvJudge): void {
    this.warm = true
    const { slots } = this.columns as CsvColumns
    const separator = String.fromCharCode(this.separator)
    warmUp(this.row, run, judge, (texts, i) => {
      const surplus = i % 9 === 4 ? separator + (i % 2 === 0 ? '?' : '') : ''
      return `${Array.from(slots, (column) => texts[column] ?? '').join(separator)}${surplus}\n`
    })
  }

  private readLine(window: InputWindow, final: boolean): boolean {
    const { bytes, start } = window
    if (bytes[start] === lineFeed || (bytes[start] === carriageReturn && bytes[start + 1] === lineFeed)) {
      window.start += bytes[start] === lineFeed ? 1 : 2
      return true
    }
    const end = this.readFields(window, final)
    if (end === incomplete) return this.wait(window)
    const content = contentEnd(bytes, start, end - 1)
    if (content - start > limits.recordBytes) return this.tooLong(window)
    this.row.end(start, content)
    window.start = end
    if (this.row.full) this.row.flush()
    return true
  }

  /** More bytes are needed, unless the record is too long already. */
  private wait(window: InputWindow): boolean {
    this.lineEnd.begin()
    if (window.end - window.start > limits.recordBytes + 2) return this.tooLong(window)
    this.waiting = true
    return false
  }

  /** The record is bad up to the first line feed after the limit: whatever was quoted, lines are lines again. */
  private tooLong(window: InputWindow): boolean {
    const { row } = this
    row.begin()
    row.fail(fault.recordTooLong, -1, window.start, window.start)
    row.end(window.start, window.start + limits.recordBytes)
    window.start += limits.recordBytes
    this.skipping = true
    return true
  }

  private skipLine(window: InputWindow): boolean {
    const at = window.bytes.subarray(window.start, window.end).indexOf(lineFeed)
    window.start = at < 0 ? window.end : window.start + at + 1
    this.skipping = at < 0
    return at >= 0
  }

  /** Reads the fields from the one where generated code stopped; answers where the next line begins. */
  private readFields(window: InputWindow, final: boolean): number {
    const { row, state } = this
    const { slots, absent } = this.columns as CsvColumns
    row.begin()
    for (let slot = 0; slot < state.slot; slot++) if ((slots[slot] as number) >= 0) row.done[slots[slot] as number] = 1
    for (const column of absent) row.missing(column, window.start, window.start)
    if (this.headerFault !== 0) row.fail(this.headerFault, -1, window.start, window.start)
    let at = state.at
    let skipFrom = 0
    for (let slot = state.slot; ; slot++) {
      const end = this.readField(window, at, slot, final)
      if (end === incomplete) return incomplete
      if (window.bytes[end] === this.separator && end < window.end) {
        at = end + 1
        if (at > skipFrom && row.fault !== fault.none && row.nothingToLearn()) {
          const found = this.skipFields(window, at)
          if (found >= incomplete) return found
          skipFrom = ~found
        }
        continue
      }
      // The first field that the line does not have.
      if (slot + 1 < slots.length) this.tooFew(slot + 1, end)
      return end + 1
    }
  }

  /** Where the next line begins; where a quote stands before it, ~ its position. */
  private skipFields({ bytes, end }: InputWindow, from: number): number {
    for (let at = from; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === lineFeed) return at + 1
      if (byte === quote) return ~at
    }
    return incomplete
  }

  private tooFew(slot: number, at: number): void {
    const { slots } = this.columns as CsvColumns
    const column = slots.subarray(slot).find((index) => index >= 0) ?? -1
    this.row.fail(fault.tooFewFields, column, at, at)
  }

  /** Reads one field; answers the position of the separator or line feed after it. */
  private readField(window: InputWindow, from: number, slot: number, final: boolean): number {
    const { bytes, end } = window
    if (bytes[from] === quote && from < end) return this.readQuoted(window, from, slot, final)
    const { separator } = this
    let bits = 0
    let stray = false
    let at = from
    for (; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === separator || byte === lineFeed) break
      bits |= byte
      if (byte === quote) stray = true
    }
    if (at === end) return incomplete
    const to = bytes[at] === lineFeed ? contentEnd(bytes, from, at) : at
    if (stray) this.row.fail(fault.badQuote, this.columnOf(slot), from, to)
    else this.take(slot, bytes, from, to, from, to, bits, false, bytes[at] === lineFeed)
    return at
  }

  private readQuoted(window: InputWindow, from: number, slot: number, final: boolean): number {
    const { bytes, end } = window
    let bits = 0
    let doubled = false
    let at = from + 1
    for (; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === quote) {
        if (bytes[at + 1] !== quote || at + 1 === end) break
        doubled = true
        at++
      }
      bits |= byte
    }
    if (at >= end - 1 && !final) return incomplete
    if (at === end) {
      // The input ends inside the quotes; its last byte is the line feed that was added.
      this.row.fail(fault.badQuote, this.columnOf(slot), from, Math.min(end - 1, from + 64))
      return end - 1
    }
    const after = bytes[at + 1]
    const ends = after === this.separator || after === lineFeed || (after === carriageReturn && bytes[at + 2] === lineFeed)
    if (!ends) return this.skipBadQuoted(window, from, at + 1, slot)
    const last = after !== this.separator
    if (doubled) {
      const length = this.unquote(bytes, from + 1, at)
      this.take(slot, this.scratch, 0, length, from, at + 1, bits, true, last)
    } else this.take(slot, bytes, from + 1, at, from, at + 1, bits, true, last)
    return after === carriageReturn ? at + 2 : at + 1
  }

  private skipBadQuoted(window: InputWindow, from: number, after: number, slot: number): number {
    const { bytes, end } = window
    let at = after
    while (at < end && bytes[at] !== this.separator && bytes[at] !== lineFeed) at++
    if (at === end) return incomplete
    this.row.fail(fault.badQuote, this.columnOf(slot), from, at)
    return at
  }

  /** A field's text, source[from, to), for the column that its place says. */
  private take(slot: number, source: Uint8Array, from: number, to: number, rawFrom: number, rawTo: number, bits: number, quoted: boolean, last: boolean): void {
    const { row } = this
    const { slots } = this.columns as CsvColumns
    const column = this.columnOf(slot)
    if (slot >= slots.length) {
      // A separator after the last field is common and harmless.
      if (!(slot === slots.length && last && rawFrom === rawTo)) row.fail(fault.tooManyFields, -1, rawFrom, rawTo)
    } else if (bits > 127 && !row.isText(source, from, to, column, rawFrom, rawTo)) return
    else if (column < 0) return
    else if (from === to && !(quoted && row.layout.fields[column]?.type === 'string')) row.missing(column, rawFrom, rawTo)
    else row.value(column, source, from, to, rawFrom, rawTo)
  }

  private columnOf(slot: number): number {
    return (this.columns as CsvColumns).slots[slot] ?? -1
  }

  /** bytes[from, to) with single quotes for double ones, into the scratch; answers its length. */
  private unquote(bytes: Uint8Array, from: number, to: number): number {
    if (this.scratch.length < to - from) this.scratch = new Uint8Array((to - from) * 2)
    let length = 0
    for (let at = from; at < to; at++) {
      this.scratch[length++] = bytes[at] as number
      if (bytes[at] === quote) at++
    }
    return length
  }

  /** Answers false where bytes are lacking. */
  private readHeader(window: InputWindow, final: boolean): boolean {
    const { row, format } = this
    const { bytes, start } = window
    this.lineEnd.begin()
    if (!this.lineEnd.found(bytes, start, window.end) && !final) {
      this.waiting = true
      return false
    }
    const { names, end } = fieldTexts(bytes, start, window.end, this.separator, mostHeaderFields + 2)
    if (end - start > limits.recordBytes) return this.tooLong(window)
    if (names.length === 1 && names[0]?.text === '') {
      window.start = end + 1
      return true
    }
    const verdict = judgeHeader(
      names.map((name) => name.text),
      format,
      row.layout,
    )
    if (verdict.kind === 'header') this.setColumns(verdict.columns)
    else this.setColumns(columnsInOrder(row.layout))
    if (verdict.kind === 'record') return true
    this.header = names.map((name) => name.text)
    if (verdict.kind === 'bad') {
      this.run = null
      this.compiled = null
      this.headerFault = fault.badHeader
      row.begin()
      const name = names[verdict.name]
      row.fail(verdict.unknown ? fault.fieldUnknown : fault.badHeader, -1, name?.from ?? start, name?.to ?? start)
      row.end(start, contentEnd(bytes, start, end))
    }
    window.start = end + 1
    return true
  }
}

function isSame(left: CsvColumns, right: CsvColumns): boolean {
  return left.slots.length === right.slots.length && left.slots.every((slot, i) => slot === right.slots[i])
}
