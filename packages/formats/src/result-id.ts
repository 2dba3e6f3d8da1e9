import { type Column, isSet, type Rows } from '@millrace/columns'
import { Output } from './encode/output.ts'
import { writeAscii, writeWhole } from './encode/write-number.ts'
import { Md5 } from './md5.ts'

/** What results of an output have in common. */
export interface ResultSource {
  readonly tenant: string
  readonly app: string
  readonly output: string
  /** Names of the key columns among the output's fields, in the plan's order. */
  readonly key: readonly string[]
}

const bar = 124
const backslash = 92
const texts = new TextEncoder()

/**
 * Ids of results (semantics R1): the MD5 of a text that SQL can build as well, as docs/results.md says. An id names a
 * result so that its revisions replace it; it keeps no secret.
 */
export class ResultIds {
  private readonly source: ResultSource
  private readonly prefix: Uint8Array
  private readonly outputs = [new Output(), new Output()] as const
  private readonly md5 = new Md5()
  /** Text of a window's bounds, which neighbouring rows mostly share. */
  private readonly window = new Output()
  private windowLength = 0
  private start = Number.NaN
  private end = Number.NaN
  /** The rows of the two digests, and the place in the selection of the row that will be asked next. */
  private first = -1
  private second = -1
  private place = 0
  private keyColumns: readonly Column[] = []
  private rows: Rows | null = null

  constructor(source: ResultSource) {
    this.source = source
    this.prefix = texts.encode([source.tenant, source.app, source.output].map((part) => `${escaped(part)}|`).join(''))
    for (const out of this.outputs) out.bytes.set(this.prefix)
  }

  /** The rows whose ids are asked next. */
  open(rows: Rows): void {
    const { batch } = rows
    this.rows = rows
    this.first = this.second = -1
    this.place = 0
    this.keyColumns = this.source.key.map((name) => batch.columns[batch.fields.findIndex((field) => field.name === name)] as Column)
  }

  /** Writes the id of a row of the batch: 32 hexadecimal digits. */
  write(row: number, target: DataView, at: number): void {
    if (row !== this.first && row !== this.second) this.digest(row)
    this.md5.writeHex(row === this.first ? 0 : 1, target, at)
  }

  id(row: number): string {
    const target = new DataView(new ArrayBuffer(32))
    this.write(row, target, 0)
    return String.fromCharCode(...new Uint8Array(target.buffer))
  }

  /** Rows are mostly asked in their order, so the next one is digested along. */
  private digest(row: number): void {
    const { selection, count } = this.rows as Rows
    const inOrder = selection[this.place] === row
    const next = inOrder && this.place + 1 < count ? (selection[this.place + 1] as number) : row
    const [first, second] = this.outputs
    this.md5.digest(first, this.text(first, row), second, this.text(second, next))
    this.first = row
    this.second = next
    if (inOrder) this.place += 2
  }

  /** Builds the text after the prefix; answers its length. */
  private text(out: Output, row: number): number {
    const { keyColumns } = this
    let at = this.prefix.length
    for (const column of keyColumns) {
      out.room(at, 128)
      at = writeKey(out, column, row, at)
      out.bytes[at++] = bar
    }
    out.room(at, 256)
    return this.writeDiscriminator(out, row, at)
  }

  private writeDiscriminator(out: Output, row: number, at: number): number {
    const { windowStart, windowEnd, origin, sequence, element } = this.rows as Rows
    if (windowStart !== null && windowEnd !== null) return this.writeWindow(out, at, windowStart[row] as number, windowEnd[row] as number)
    // Of an alert's rows both are of the row that opened the episode.
    const end = writeWhole(out, at, (origin ?? sequence)[row] as number)
    if (element === null) return end
    out.bytes[end] = bar
    return writeWhole(out, end + 1, element[row] as number)
  }

  private writeWindow(out: Output, at: number, start: number, end: number): number {
    const { window } = this
    if (start !== this.start || end !== this.end) {
      const between = writeWhole(window, 0, start)
      window.bytes[between] = bar
      this.windowLength = writeWhole(window, between + 1, end)
      this.start = start
      this.end = end
    }
    for (let i = 0; i < this.windowLength; i += 4) out.view.setInt32(at + i, window.view.getInt32(i, true), true)
    return at + this.windowLength
  }
}

function writeKey(out: Output, column: Column, row: number, at: number): number {
  if (column.validity !== null && !isSet(column.validity, row)) return writeAscii(out, at, '\\N')
  if (column.kind === 'bool') return writeAscii(out, at, isSet(column.values, row) ? 'true' : 'false')
  if (column.kind === 'list') return at
  if (column.kind !== 'string') return writeWhole(out, at, column.values[row] as number)
  const { bytes, offsets } = column.dictionary
  const entry = column.values[row] as number
  return writeText(out, bytes, offsets[entry] as number, offsets[entry + 1] as number, at)
}

function writeText(out: Output, source: Uint8Array, from: number, to: number, at: number): number {
  out.room(at, (to - from) * 2 + 128)
  let end = at
  for (let i = from; i < to; i++) {
    const byte = source[i] as number
    if (byte === bar || byte === backslash) out.bytes[end++] = backslash
    out.bytes[end++] = byte
  }
  return end
}

function escaped(part: string): string {
  return part.replace(/[\\|]/g, '\\$&')
}
