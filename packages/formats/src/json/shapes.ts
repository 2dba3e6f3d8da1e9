import { badShape, generateJson, type Shape } from '../code/generate-json.ts'
import type { Run, RunState } from '../code/run-state.ts'
import { warmUp, worthWarmingBytes } from '../code/warm-up.ts'
import { fault } from '../fault.ts'
import type { InputWindow } from '../input-window.ts'
import type { RecordRow } from '../record-row.ts'
import { trimmedEnd } from './json-end.ts'
import type { ShapeNotes, ShapeSlot } from './shape-notes.ts'

const mostShapes = 8
/** Sightings after which code is generated for a shape. */
const sightings = 8
const mostCandidates = 64
const longestLiteral = 4096
/** After so many records that taught nothing new, only every 64th is looked at. */
const patience = 4096

/**
 * The shapes that a stream's records have: the text between the values, which most senders never change. Values
 * cannot be told from it, so a shape is code that compares the text and reads values.
 */
export class Shapes {
  private readonly row: RecordRow
  private readonly notes: ShapeNotes
  private readonly lines: boolean
  private readonly runs: Run[] = []
  private readonly shapes: Shape[] = []
  private readonly state: RunState = { row: 0, slot: 0, at: 0 }
  private readonly candidates = new Map<number, number>()
  private looked = 0
  private large = false

  constructor(row: RecordRow, notes: ShapeNotes, lines: boolean) {
    this.row = row
    this.notes = notes
    this.lines = lines
    notes.recording = row.plain && !row.layout.leaves.some((leaf) => leaf.type.kind === 'list')
  }

  /** Where the last record differed from the shape that fitted it best: in the value of which column, and where. */
  stuck: { readonly shape: Shape; readonly slot: number; readonly at: number } | null = null

  /** Takes records of known shapes from the window's start; answers whether it took any. */
  take(window: InputWindow): boolean {
    const { row, runs, state, shapes } = this
    const { bytes, view, start, end } = window
    this.large ||= end - start > worthWarmingBytes
    this.stuck = null
    for (let i = 0; i < runs.length; i++) {
      const run = runs[i] as Run
      const at = run(bytes, view, start, end, state, row.builder.rows, row.latestMs)
      if (at === start) {
        const shape = shapes[i] as Shape
        if (state.slot === badShape) {
          this.reject(window, shape, state.at)
          return true
        }
        if (state.slot > (this.stuck?.slot ?? -1)) this.stuck = { shape, slot: state.slot, at: state.at }
        continue
      }
      row.builder.rows = state.row
      window.start = at
      // The shape seen last is tried sooner the next time.
      if (i > 0) {
        runs[i] = runs[i - 1] as Run
        runs[i - 1] = run
        const shape = shapes[i] as Shape
        shapes[i] = shapes[i - 1] as Shape
        shapes[i - 1] = shape
      }
      return true
    }
    return false
  }

  /** Marks the columns that a shape's code read before a slot as done. */
  markDone({ slots }: Shape, before: number): void {
    for (let i = 0; i < before; i++) {
      const slot = slots[i]
      if (slot?.kind === 'value') this.row.done[slot.column] = 1
    }
  }

  /** A record of a shape that lacks a required column. */
  private reject(window: InputWindow, shape: Shape, end: number): void {
    const { row } = this
    const { bytes, start, base } = window
    row.begin()
    this.markDone(shape, shape.slots.length)
    row.fail(fault.fieldMissing, shape.lacking, start, start)
    row.end(bytes, start, trimmedEnd(bytes, start, end), base + start)
    window.start = end
  }

  /** Looks at the record bytes[from, to) that the reader just read; `lacking`: the required column it does not have, or -1. A bad one may be read up to its fault. */
  learn(bytes: Uint8Array, from: number, to: number, lacking: number): void {
    const { notes } = this
    if (!notes.usable && !notes.stuck) {
      this.pace()
      return
    }
    const shape = shapeOf(notes, bytes, from, to, lacking)
    if (shape.literals.some((literal) => literal.length > longestLiteral)) return
    const hash = hashOf(shape)
    const seen = (this.candidates.get(hash) ?? 0) + 1
    this.candidates.set(hash, seen)
    if (seen === sightings) this.add(shape)
    else if (this.candidates.size > mostCandidates) this.candidates.clear()
    this.pace()
  }

  private add(shape: Shape): void {
    this.looked = 0
    if (this.runs.length >= mostShapes) {
      this.runs.pop()
      this.shapes.pop()
    }
    const run = generateJson(this.row, shape, this.lines)
    if (this.large) this.warmUp(run, shape)
    this.runs.unshift(run)
    this.shapes.unshift(shape)
    // A shape that was dropped may come again.
    this.candidates.clear()
  }

  private warmUp(run: Run, { slots, literals }: Shape): void {
    const before = literals.map((literal) => new TextDecoder().decode(literal))
    warmUp(this.row, run, (texts) => `${before.map((literal, i) => literal + slotText(slots[i], texts)).join('')}\n`)
  }

  private pace(): void {
    this.looked++
    const { notes, row } = this
    if (this.looked > patience) notes.recording = row.plain && (this.looked & 63) === 0
  }
}

function slotText(slot: ShapeSlot | undefined, texts: readonly string[]): string {
  if (slot === undefined) return ''
  return slot.kind === 'value' ? (texts[slot.column] ?? '') : '1'
}

function shapeOf(notes: ShapeNotes, bytes: Uint8Array, from: number, to: number, lacking: number): Shape {
  const literals: Uint8Array[] = []
  let at = from
  for (const slot of notes.slots) {
    literals.push(bytes.slice(at, slot.from))
    at = slot.to
  }
  if (!notes.stuck) literals.push(bytes.slice(at, to))
  return { slots: notes.slots, literals, absent: notes.absentColumns, lacking, stuck: notes.stuck }
}

function hashOf({ slots, literals, stuck }: Shape): number {
  let hash = slots.length + (stuck ? 1000 : 0)
  for (const [i, literal] of literals.entries()) {
    const slot = slots[i]
    hash = Math.imul(hash ^ (slot?.kind === 'value' ? slot.column : -1), 16777619)
    for (const byte of literal) hash = Math.imul(hash ^ byte, 16777619)
  }
  return hash
}
