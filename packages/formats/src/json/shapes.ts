import { type Flaw, generateJson, type Shape } from '../code/generate-json.ts'
import type { Run, RunState } from '../code/run-state.ts'
import { warmUp, worthWarmingBytes } from '../code/warm-up.ts'
import { fault } from '../fault.ts'
import type { InputWindow } from '../input-window.ts'
import type { RecordRow } from '../record-row.ts'
import { trimmedEnd } from './json-end.ts'
import { JsonJudge } from './json-judge.ts'
import type { JsonReader } from './json-reader.ts'
import type { ShapeSlot } from './shape-notes.ts'

const mostShapes = 8
/** Sightings after which code is generated for a shape. */
const sightings = 8
const mostCandidates = 64
const longestLiteral = 4096
/** After so many records that taught nothing new, only every 64th is looked at. */
const patience = 4096
/** What the text between the values can do wrong, whatever the values are. */
const flaws: readonly number[] = [fault.fieldMissing, fault.fieldUnknown, fault.duplicateKey]

interface KnownRun {
  readonly run: Run
  /** Of its shape. */
  readonly hash: number
}

/**
 * The shapes that a stream's records have: the text between the values, which most senders never change. Values
 * cannot be told from it, so a shape is code that compares the text and reads values.
 */
export class Shapes {
  private readonly row: RecordRow
  private readonly reader: JsonReader
  private readonly lines: boolean
  private readonly runs: KnownRun[] = []
  private readonly state: RunState = { row: 0, slot: 0, at: 0 }
  private readonly candidates = new Map<number, number>()
  /** The run to be tried next. */
  private turn = 0
  private looked = 0
  private large = false

  constructor(row: RecordRow, reader: JsonReader, lines: boolean) {
    this.row = row
    this.reader = reader
    this.lines = lines
    reader.notes.recording = row.plain && !row.layout.leaves.some((leaf) => leaf.type.kind === 'list')
  }

  /** Takes records of known shapes from the window's start, shape after shape; answers whether it took any. */
  take(window: InputWindow): boolean {
    const { row, runs, state } = this
    const { bytes, view, end } = window
    const before = window.start
    this.large ||= end - before > worthWarmingBytes
    // The code that stopped cannot take what comes next, so the one behind it is tried first.
    for (let failed = 0; failed < runs.length; this.turn = (this.turn + 1) % runs.length) {
      const { run } = runs[this.turn] as KnownRun
      const at = run(bytes, view, window.start, end, state, row.builder.rows, row.latestMs)
      failed++
      if (at === window.start) continue
      row.builder.rows = state.row
      window.start = at
      failed = 1
    }
    return window.start > before
  }

  /** Looks at the record bytes[from, to) that the reader just read. */
  learn(bytes: Uint8Array, from: number, to: number): void {
    const shape = this.shapeOf(bytes, from, to)
    if (shape?.literals.every((literal) => literal.length <= longestLiteral)) {
      const hash = hashOf(shape)
      // Code for a shape leaves some of its records to exact code, such as the first one of an hour.
      if (!this.runs.some((known) => known.hash === hash)) this.count(shape, hash)
    }
    this.pace()
  }

  private count(shape: Shape, hash: number): void {
    const seen = (this.candidates.get(hash) ?? 0) + 1
    this.candidates.set(hash, seen)
    if (seen === sightings) this.add(shape, hash)
    else if (this.candidates.size > mostCandidates) this.candidates.clear()
  }

  private shapeOf(bytes: Uint8Array, from: number, to: number): Shape | null {
    const { row, reader } = this
    const { usable, stuck, slots, absentColumns } = reader.notes
    const absent = absentColumns.filter((column) => row.builder.columns[column]?.validity !== null)
    if (stuck) return { slots, literals: literalsOf(bytes, from, null, slots), absent, flaw: null, stuck }
    if (!usable) return null
    if (row.fault !== fault.none) return this.flawedShape(bytes, from, to, absent)
    // A time that the stream's policy fills in is no missing value.
    if (absent.length < absentColumns.length) return null
    return { slots, literals: literalsOf(bytes, from, to, slots), absent, flaw: null, stuck }
  }

  /** The shape up to where its flaw is certain, if it is certain there as well whether the key can be read. */
  private flawedShape(bytes: Uint8Array, from: number, to: number, absentColumns: readonly number[]): Shape | null {
    const { row, reader, lines } = this
    const { fault: found, faultColumn, faultFrom, faultTo } = row
    const shown = faultFrom < faultTo
    const cut = shown ? faultTo : reader.at === trimmedEnd(bytes, from, to) ? to : reader.at
    const torn = found === fault.syntax && cut === to && !shown
    // What an inner object lacks is certain before values that may be bad themselves.
    if (cut === to && !shown && !torn && faultFrom !== from) return null
    const slots = reader.notes.slots.filter((slot) => slot.to <= cut)
    if (!(torn || flaws.includes(found)) || ((torn || cut < to) && !lines) || (shown && (slots.at(-1)?.to ?? 0) > faultFrom)) return null
    const absent = cut === to ? absentColumns : []
    const { keyIndexes } = row.layout
    const keyKnown = keyIndexes.every((key) => absent.includes(key) || slots.some((slot) => slot.kind === 'value' && slot.column === key))
    if (!keyKnown && !torn && !keyIndexes.includes(faultColumn)) return null
    const flaw: Flaw = { fault: found, column: faultColumn, shownFrom: shown ? cut - faultFrom : 0, shownTo: shown ? cut - faultTo : 0, keyKnown }
    return { slots, literals: literalsOf(bytes, from, cut, slots), absent, flaw, stuck: false }
  }

  private add(shape: Shape, hash: number): void {
    this.looked = 0
    if (this.runs.length >= mostShapes) this.runs.pop()
    const judge = new JsonJudge(this.row, this.reader, shape, this.lines)
    const run = generateJson(this.row, shape, this.lines, judge)
    if (this.large) this.warmUp(run, judge, shape)
    this.runs.unshift({ run, hash })
    this.turn = 0
    // A shape that was dropped may come again.
    this.candidates.clear()
  }

  private warmUp(run: Run, judge: JsonJudge, { slots, literals }: Shape): void {
    const before = literals.map((literal) => new TextDecoder().decode(literal))
    warmUp(this.row, run, judge, (texts) => `${before.map((literal, i) => literal + slotText(slots[i], texts)).join('')}\n`)
  }

  private pace(): void {
    this.looked++
    const { reader, row } = this
    if (this.looked > patience) reader.notes.recording = row.plain && (this.looked & 63) === 0
  }
}

function slotText(slot: ShapeSlot | undefined, texts: readonly string[]): string {
  if (slot === undefined) return ''
  return slot.kind === 'value' ? (texts[slot.column] ?? '') : '1'
}

/** The text between the slots, and behind the last one up to `to`; null: none follows it. */
function literalsOf(bytes: Uint8Array, from: number, to: number | null, slots: readonly ShapeSlot[]): readonly Uint8Array[] {
  const literals: Uint8Array[] = []
  let at = from
  for (const slot of slots) {
    literals.push(bytes.slice(at, slot.from))
    at = slot.to
  }
  if (to !== null) literals.push(bytes.slice(at, to))
  return literals
}

function hashOf({ slots, literals, flaw, stuck }: Shape): number {
  let hash = slots.length + (stuck ? 1000 : 0) + (flaw?.fault ?? 0) * 2000
  for (const [i, literal] of literals.entries()) {
    const slot = slots[i]
    hash = Math.imul(hash ^ (slot?.kind === 'value' ? slot.column : -1), 16777619)
    for (const byte of literal) hash = Math.imul(hash ^ byte, 16777619)
  }
  return hash
}
