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
  private readonly out = new Output()
  private readonly md5 = new Md5()
  private keyColumns: readonly Column[] = []
  private rows: Rows | null = null

  constructor(source: ResultSource) {
    this.source = source
    this.prefix = texts.encode([source.tenant, source.app, source.output].map((part) => `${escaped(part)}|`).join(''))
    this.out.bytes.set(this.prefix)
  }

  /** The rows whose ids are asked next. */
  open(rows: Rows): void {
    const { batch } = rows
    this.rows = rows
    this.keyColumns = this.source.key.map((name) => batch.columns[batch.fields.findIndex((field) => field.name === name)] as Column)
  }

  /** Writes the id of a row of the batch: 32 hexadecimal digits. */
  write(row: number, target: DataView, at: number): void {
    this.md5.digest(this.out.bytes, this.out.view, this.text(row))
    this.md5.writeHex(target, at)
  }

  id(row: number): string {
    const target = new DataView(new ArrayBuffer(32))
    this.write(row, target, 0)
    return String.fromCharCode(...new Uint8Array(target.buffer))
  }

  /** Builds the text after the prefix; answers its length. */
  private text(row: number): number {
    const { out, keyColumns } = this
    let at = this.prefix.length
    for (const column of keyColumns) {
      out.room(at, 128)
      at = this.writeKey(column, row, at)
      out.bytes[at++] = bar
    }
    out.room(at, 256)
    return this.writeDiscriminator(row, at)
  }

  private writeDiscriminator(row: number, at: number): number {
    const { out } = this
    const { windowStart, windowEnd, origin, sequence, element } = this.rows as Rows
    if (windowStart !== null && windowEnd !== null) {
      const between = writeWhole(out, at, windowStart[row] as number)
      out.bytes[between] = bar
      return writeWhole(out, between + 1, windowEnd[row] as number)
    }
    // Of an alert's rows both are of the row that opened the episode.
    const end = writeWhole(out, at, (origin ?? sequence)[row] as number)
    if (element === null) return end
    out.bytes[end] = bar
    return writeWhole(out, end + 1, element[row] as number)
  }

  private writeKey(column: Column, row: number, at: number): number {
    const { out } = this
    if (column.validity !== null && !isSet(column.validity, row)) return writeAscii(out, at, '\\N')
    if (column.kind === 'bool') return writeAscii(out, at, isSet(column.values, row) ? 'true' : 'false')
    if (column.kind === 'list') return at
    if (column.kind !== 'string') return writeWhole(out, at, column.values[row] as number)
    const { bytes, offsets } = column.dictionary
    const entry = column.values[row] as number
    return this.writeText(bytes, offsets[entry] as number, offsets[entry + 1] as number, at)
  }

  private writeText(source: Uint8Array, from: number, to: number, at: number): number {
    const { out } = this
    out.room(at, (to - from) * 2 + 128)
    let end = at
    for (let i = from; i < to; i++) {
      const byte = source[i] as number
      if (byte === bar || byte === backslash) out.bytes[end++] = backslash
      out.bytes[end++] = byte
    }
    return end
  }
}

function escaped(part: string): string {
  return part.replace(/[\\|]/g, '\\$&')
}
