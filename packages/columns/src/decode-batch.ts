import { type Field, type FieldType, MillraceError } from '@millrace/plan'
import type { Batch, Column, ListColumn, StringColumn } from './batch.ts'
import { header, headerBytes, leastAlignBytes, magic, storedBitmapBytes } from './batch-bytes.ts'
import { Dictionary } from './dictionary.ts'

const utf8 = new TextDecoder()
const scalarTypes: readonly unknown[] = ['bool', 'int32', 'int64', 'float64', 'string', 'timestamp', 'duration']
const deepestList = 64

/**
 * The batch that `encodeBatch` made, as views of its buffer: nothing is copied, and the batch is valid as long as the
 * buffer stays as it is. The bytes may be a part of a larger buffer, also of a shared one; only where they do not begin
 * at a multiple of 8 they are copied, as views need that. Damaged bytes throw BATCH_DAMAGED: every place, length, entry number and offset is checked, so
 * that no view and no index leads out of the buffer. The values themselves are not checked; that is a checksum's work.
 */
export function decodeBatch(bytes: ArrayBufferLike | Uint8Array): Batch {
  const whole = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)
  const read = new BufferReader(whole.byteOffset % 8 === 0 ? whole : whole.slice())
  const fields = read.fields()
  const columns = read.columns(fields, read.rows)
  read.end()
  return { rows: read.rows, fields, columns }
}

/** Gives the buffers in the order in which they were laid out. */
class BufferReader {
  readonly rows: number
  private readonly buffer: ArrayBufferLike
  /** Where the batch begins in its buffer; places count from there. */
  private readonly start: number
  private readonly view: DataView
  private readonly byteLength: number
  private readonly buffers: number
  private next = 0

  constructor({ buffer, byteOffset, length }: Uint8Array) {
    this.buffer = buffer
    this.start = byteOffset
    this.view = new DataView(buffer, byteOffset, length)
    if (length < headerBytes) damaged('it is shorter than a header')
    if (this.word(header.magic) !== magic) damaged('it does not begin as a batch does')
    this.byteLength = this.word(header.byteLength)
    this.rows = this.word(header.rows)
    this.buffers = this.word(header.buffers)
    if (this.byteLength > length) damaged('its end is missing')
    if (this.schemaAt + this.word(header.schemaBytes) > this.byteLength) damaged('its schema is cut off')
  }

  fields(): readonly Field[] {
    const bytes = new Uint8Array(this.buffer, this.start + this.schemaAt, this.word(header.schemaBytes))
    if (sameBytes(bytes, knownSchema.bytes)) return knownSchema.fields
    const fields = parseFields(bytes)
    knownSchema = { bytes: bytes.slice(), fields }
    return fields
  }

  columns(fields: readonly Field[], rows: number): readonly Column[] {
    return fields.map((field) => this.column(field, rows))
  }

  end(): void {
    if (this.next !== this.buffers) damaged('it has more buffers than its schema')
  }

  private column({ type, nullable }: Field, rows: number): Column {
    const stored = this.bytes()
    if (stored.length !== (nullable ? storedBitmapBytes(rows) : 0)) damaged('a validity bitmap has another length than its rows')
    const validity = nullable ? stored : null
    if (typeof type !== 'string') return this.list(type.list, rows, validity)
    switch (type) {
      case 'bool':
        return { kind: type, values: this.sized(storedBitmapBytes(rows)), validity }
      case 'int32':
        return { kind: type, values: this.ints(rows), validity }
      case 'string':
        return this.texts(rows, validity)
      default: {
        const values = this.sized(rows * 8)
        return { kind: type, values: new Float64Array(this.buffer, values.byteOffset, rows), validity }
      }
    }
  }

  private texts(rows: number, validity: Uint8Array | null): StringColumn {
    const values = this.ints(rows)
    const offsetBytes = this.bytes()
    if (offsetBytes.length < 4 || offsetBytes.length % 4 !== 0) damaged('a dictionary has no offsets')
    const offsets = new Int32Array(this.buffer, offsetBytes.byteOffset, offsetBytes.length / 4)
    const bytes = this.bytes()
    checkRising(offsets, bytes.length)
    // Where all values are missing there is no entry, and the number under them is 0.
    const entries = Math.max(1, offsets.length - 1)
    for (let row = 0; row < rows; row++) if ((values[row] as number) >>> 0 >= entries) damaged('a text is in no dictionary')
    if (offsets.length === 1 && (validity === null ? rows > 0 : validity.some((byte) => byte !== 0))) damaged('a text is in no dictionary')
    return { kind: 'string', values, dictionary: Dictionary.over(offsets, bytes), validity }
  }

  private list(fields: readonly Field[], rows: number, validity: Uint8Array | null): ListColumn {
    const offsets = this.ints(rows + 1)
    checkRising(offsets, 0x7fffffff)
    const elementRows = offsets[rows] as number
    return { kind: 'list', offsets, elements: { rows: elementRows, fields, columns: this.columns(fields, elementRows) }, validity }
  }

  private ints(count: number): Int32Array {
    return new Int32Array(this.buffer, this.sized(count * 4).byteOffset, count)
  }

  private sized(length: number): Uint8Array {
    const bytes = this.bytes()
    if (bytes.length !== length) damaged('a column has another length than its rows')
    return bytes
  }

  private bytes(): Uint8Array {
    if (this.next >= this.buffers) damaged('it has fewer buffers than its schema')
    const entry = headerBytes + this.next++ * 8
    const at = this.word(entry)
    const length = this.word(entry + 4)
    if (at % leastAlignBytes !== 0 || at + length > this.byteLength) damaged('a buffer lies outside of it')
    return new Uint8Array(this.buffer, this.start + at, length)
  }

  private get schemaAt(): number {
    return headerBytes + this.buffers * 8
  }

  private word(at: number): number {
    return this.view.getUint32(at, true)
  }
}

/** Batches of a stream follow one another: the schema of the last one is parsed once. */
let knownSchema: { bytes: Uint8Array; fields: readonly Field[] } = { bytes: new Uint8Array(0), fields: [] }

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return left.length > 0
}

function parseFields(bytes: Uint8Array): readonly Field[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(utf8.decode(bytes))
  } catch {
    parsed = undefined
  }
  return fieldsOf(parsed, 0)
}

function fieldsOf(value: unknown, depth: number): readonly Field[] {
  if (!Array.isArray(value) || depth > deepestList) return damaged('its schema cannot be read')
  return value.map((field: unknown) => {
    const { name, type, nullable } = (field ?? {}) as Record<string, unknown>
    if (typeof name !== 'string' || typeof nullable !== 'boolean') return damaged('its schema cannot be read')
    return { name, type: typeOf(type, depth), nullable }
  })
}

function typeOf(type: unknown, depth: number): FieldType {
  if (scalarTypes.includes(type)) return type as FieldType
  return { list: fieldsOf((type as { list?: unknown } | null | undefined)?.list, depth + 1) }
}

function checkRising(offsets: Int32Array, most: number): void {
  let last = 0
  for (let i = 0; i < offsets.length; i++) {
    const offset = offsets[i] as number
    if (offset < last || offset > most || (i === 0 && offset !== 0)) damaged('offsets do not rise')
    last = offset
  }
}

function damaged(reason: string): never {
  throw new MillraceError('BATCH_DAMAGED', { reason })
}
