import { type JsonFormat, limits } from '@millrace/plan'
import { fault } from '../fault.ts'
import type { InputWindow } from '../input-window.ts'
import { contentEnd } from '../line-end.ts'
import type { RecordRow } from '../record-row.ts'
import type { RecordFormat } from '../stream-decoder.ts'
import { isBetweenRecords, JsonEnd, trimmedEnd } from './json-end.ts'
import { JsonReader } from './json-reader.ts'
import { Shapes } from './shapes.ts'

const lineFeed = 10

/**
 * JSON records to rows. Records of a shape that was seen before (the same text between the values) are taken by
 * code generated for it; all others by the reader, from which shapes are learned.
 */
export class JsonRecords implements RecordFormat {
  private readonly row: RecordRow
  private readonly lines: boolean
  private readonly reader: JsonReader
  private readonly shapes: Shapes
  private readonly recordEnd = new JsonEnd()
  /** Bytes of the first record in the window that were looked at for its end. */
  private looked = 0
  private skipping = false

  constructor(row: RecordRow, format: JsonFormat) {
    this.row = row
    this.lines = format.kind === 'ndjson'
    this.reader = new JsonReader(row)
    this.shapes = new Shapes(row, this.reader, this.lines)
  }

  decode(window: InputWindow, final: boolean): void {
    const { row } = this
    while (window.start < window.end) {
      if (this.skipping && !this.skipRecord(window)) return
      if (this.looked === 0 && !(this.lines ? toLine(window) : this.toRecord(window))) return
      if (this.looked === 0 && this.shapes.take(window)) {
        if (row.full) row.flush()
        continue
      }
      const end = this.findEnd(window, final)
      if (end < 0) {
        if (window.end - window.start <= limits.recordBytes + 2) return
        this.tooLong(window)
      } else this.readRecord(window, end)
      if (row.full) row.flush()
    }
  }

  reset(): void {
    this.looked = 0
    this.skipping = false
  }

  fieldNames(): null {
    return null
  }

  private toRecord(window: InputWindow): boolean {
    const { bytes, end } = window
    let at = window.start
    while (at < end && isBetweenRecords(bytes[at] as number)) at++
    window.start = at
    return at < end
  }

  /** The position after the record's last byte (of a line: its line feed), -1: not here yet. */
  private findEnd(window: InputWindow, final: boolean): number {
    const { bytes, start, end } = window
    const from = start + this.looked
    let found: number
    if (this.lines) found = lineEnd(bytes, from, end)
    else {
      if (this.looked === 0) this.recordEnd.begin()
      found = this.recordEnd.scan(bytes, from, end)
      // At the input's end stands the line feed that was added.
      if (found < 0 && final) found = end
    }
    this.looked = found < 0 ? end - start : 0
    return found
  }

  private readRecord(window: InputWindow, end: number): void {
    const { row } = this
    const { bytes, start } = window
    const content = this.lines ? contentEnd(bytes, start, end - 1) : end
    if (content - start > limits.recordBytes) {
      this.looked = 0
      this.sendTooLong(window)
      window.start = end
      return
    }
    window.start = end
    const to = trimmedEnd(bytes, start, end)
    if (to === start) return
    row.begin()
    this.reader.read(bytes, start, to)
    row.end(start, to)
    this.shapes.learn(bytes, start, this.lines ? end : to)
  }

  private tooLong(window: InputWindow): void {
    this.sendTooLong(window)
    this.skipping = true
    window.start += this.looked
    this.looked = 0
  }

  private sendTooLong(window: InputWindow): void {
    const { row } = this
    row.begin()
    row.fail(fault.recordTooLong, -1, window.start, window.start)
    row.end(window.start, window.start + limits.recordBytes)
  }

  private skipRecord(window: InputWindow): boolean {
    const { bytes, start, end } = window
    const found = this.lines ? lineEnd(bytes, start, end) : this.recordEnd.scan(bytes, start, end)
    this.skipping = found < 0
    window.start = found < 0 ? end : found
    return found >= 0
  }
}

/** Steps over empty lines, of which there may be many; answers whether there is more. */
function toLine(window: InputWindow): boolean {
  const { bytes, end } = window
  let at = window.start
  while (at < end && bytes[at] === lineFeed) at++
  window.start = at
  return at < end
}

/** The position after the next line feed, or -1. One always stands a little behind the end. */
function lineEnd(bytes: Uint8Array, from: number, end: number): number {
  const at = bytes.indexOf(lineFeed, from)
  return at < end ? at + 1 : -1
}
