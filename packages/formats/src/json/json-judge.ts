import { limits } from '@millrace/plan'
import type { Shape } from '../code/generate-json.ts'
import type { Judge } from '../code/run-state.ts'
import { fault } from '../fault.ts'
import { afterLine, contentEnd } from '../line-end.ts'
import type { RecordRow } from '../record-row.ts'
import { trimmedEnd } from './json-end.ts'
import type { JsonReader } from './json-reader.ts'

const lineFeed = 10

/**
 * Judges records that have a shape's text up to where its code stopped: by the one value that is not usual, by the
 * text that is torn off, or by the flaw that the shape has itself.
 */
export class JsonJudge implements Judge {
  trial = false
  private readonly row: RecordRow
  private readonly reader: JsonReader
  private readonly shape: Shape
  private readonly lines: boolean
  private readonly keys: readonly number[]
  /** The first slot behind those of the key; infinite where the key is not among the slots. */
  private readonly behindKey: number
  /** By literal: whether it holds no bare word, at whose begin a torn one shows. */
  private readonly wordless: readonly boolean[]

  constructor(row: RecordRow, reader: JsonReader, shape: Shape, lines: boolean) {
    this.row = row
    this.reader = reader
    this.shape = shape
    this.lines = lines
    this.keys = row.layout.keyIndexes
    const places = this.keys.map((key) => shape.slots.findIndex((slot) => slot.kind === 'value' && slot.column === key))
    this.behindKey = places.includes(-1) ? Infinity : Math.max(-1, ...places) + 1
    this.wordless = shape.literals.map((literal, i) => isWordless(literal, shape.slots[i - 1]?.quoted === true))
  }

  refuse(bytes: Uint8Array, view: DataView, start: number, end: number, slot: number, field: number, at: number, row: number): number {
    const { flaw, slots } = this.shape
    const flawed = slot === slots.length
    if (!this.lines && !flawed) return 0
    const whole = flawed && (!this.lines || bytes[at - 1] === lineFeed)
    const next = whole ? at : afterLine(view, slot < 0 || flawed ? at : field)
    if (next > end || next - start > limits.recordBytes) return 0
    if (this.trial) return next
    const to = trimmedEnd(bytes, start, next)
    if (to === start) return 0
    this.row.judge(row)
    let known: boolean
    if (flawed && flaw !== null) {
      // White space behind an unknown field's colon is shown with it.
      if (flaw.fault === fault.fieldUnknown && (bytes[at] as number) <= 32) return 0
      this.row.fail(flaw.fault, flaw.column, at - flaw.shownFrom, at - flaw.shownTo)
      known = flaw.keyKnown
    } else {
      const reached = slot < 0 ? this.torn(bytes, at, next - 1, to, ~slot) : this.value(bytes, field, to, slot)
      if (this.row.fault === fault.none || !this.keyDecided(reached)) return 0
      known = reached >= this.behindKey
    }
    this.row.refuse(start, to, known && this.keys.length > 0)
    return next
  }

  private value(bytes: Uint8Array, from: number, to: number, slot: number): number {
    const place = this.shape.slots[slot]
    if (place?.kind === 'value') this.reader.judge(bytes, place.quoted ? from - 1 : from, to, place.column)
    return slot
  }

  /** A record whose rest from `at` on is the begin of a literal is torn off; answers how many values are whole. */
  private torn(bytes: Uint8Array, at: number, lineEnd: number, to: number, number: number): number {
    const { flaw, literals } = this.shape
    const literal = literals[number] as Uint8Array
    const length = contentEnd(bytes, at, lineEnd) - at
    const whole = literal[literal.length - 1] === lineFeed ? contentEnd(literal, 0, literal.length - 1) : literal.length
    // An unknown field shows before the white space at the end of its literal.
    if (flaw?.fault === fault.fieldUnknown && number === literals.length - 1) return number
    if (!this.wordless[number] || length < 0 || length >= whole) return number
    for (let i = 0; i < length; i++) if (bytes[at + i] !== literal[i]) return number
    this.row.fail(fault.syntax, -1, to, to)
    return length === 0 && this.shape.slots[number - 1]?.quoted === true ? number - 1 : number
  }

  /** Whether it is known by now if the key can be read: else it stands in what follows. */
  private keyDecided(reached: number): boolean {
    const { faultColumn } = this.row
    if (reached >= this.behindKey) return true
    // Nothing is read after text that is no JSON; but nulls of the key may stand before it.
    if (faultColumn < 0) return !this.keys.some((key) => this.shape.absent.includes(key))
    return this.keys.includes(faultColumn)
  }
}

/** `quoted`: it begins inside a string, with the closing quote. */
function isWordless(literal: Uint8Array, quoted: boolean): boolean {
  let inString = quoted
  for (const byte of literal) {
    if (byte === 34) inString = !inString
    else if (byte === 92 || (!inString && byte > 96 && byte < 123)) return false
  }
  return true
}
