import { type ColumnBuilder, Dictionary, hashBytes, isSet, type StringBuilder } from '@millrace/columns'
import { generateKeyTable, type KeyTable } from './code/generate-key-table.ts'
import { Output } from './encode/output.ts'
import { writeAscii, writeDecimal } from './encode/write-number.ts'

const mostKeys = 10_000
const fewestSlots = 1024
const mostSlots = 32_768
const slash = 47
const utf8 = new TextDecoder()

/**
 * Counts bad records by key. Keys are found by the values of their columns; their text is made once, when a key is
 * new, so that a stream of bad records of known keys costs no text.
 */
export class KeyTally {
  /** Texts of keys: values with `/` between them. */
  readonly keys = new Dictionary()
  /** Text of the last key, where there were too many to keep it. */
  lastText: string | null = null
  private readonly columns: readonly ColumnBuilder[]
  private others = 0
  private table: KeyTable | null = null
  private slots = new Int32Array(0)
  private entries = new Int32Array(0)
  private counts = new Float64Array(64)
  private used = 0
  private readonly texts: readonly StringBuilder[]
  private readonly dictionaries: (Dictionary | null)[]
  private out: Output | null = null

  constructor(columns: readonly ColumnBuilder[]) {
    this.columns = columns
    this.texts = columns.filter((column) => column.kind === 'string')
    this.dictionaries = this.texts.map(() => null)
  }

  /** Counts the key of a row; answers its entry among `keys`, or -1: it is `lastText`. */
  count(row: number): number {
    this.table ??= this.begin()
    if (this.texts.length > 0) this.checkDictionaries()
    const { counts } = this
    const entry = this.table.find(row, this.slots, this.entries)
    if (entry < 0) return this.countNew(row, ~entry, this.table)
    counts[entry] = (counts[entry] as number) + 1
    return entry
  }

  totals(): ReadonlyMap<string, number> {
    const totals = new Map<string, number>()
    for (let entry = 0; entry < this.keys.size; entry++) totals.set(this.keys.text(entry), this.counts[entry] as number)
    if (this.others > 0) totals.set('other', (totals.get('other') ?? 0) + this.others)
    return totals
  }

  private begin(): KeyTable {
    this.clear(fewestSlots)
    return generateKeyTable(this.columns)
  }

  /** Numbers of another dictionary mean other texts. */
  private checkDictionaries(): void {
    const { texts, dictionaries } = this
    for (let i = 0; i < texts.length; i++) {
      const { dictionary } = texts[i] as StringBuilder
      if (dictionaries[i] === dictionary) continue
      dictionaries[i] = dictionary
      this.clear(this.slots.length)
    }
  }

  private countNew(row: number, slot: number, table: KeyTable): number {
    this.out ??= new Output()
    const length = this.writeText(this.out, row)
    const { bytes } = this.out
    const entry = this.keys.size < mostKeys ? this.keys.intern(bytes, 0, length) : this.keys.findBytes(bytes, 0, length, hashBytes(bytes, 0, length))
    if (entry < 0) {
      this.lastText = utf8.decode(bytes.subarray(0, length))
      this.others++
      return entry
    }
    this.slots[slot] = entry + 1
    this.add(row, entry, table)
    if (++this.used > this.slots.length / 2) this.clear(Math.min(mostSlots, this.slots.length * 2))
    return entry
  }

  private add(row: number, entry: number, table: KeyTable): void {
    if (entry === this.counts.length || this.entries.length === 0) {
      const capacity = this.entries.length === 0 ? this.counts.length : entry * 2
      const counts = new Float64Array(capacity)
      const entries = new Int32Array(capacity * table.width)
      counts.set(this.counts)
      entries.set(this.entries)
      this.counts = counts
      this.entries = entries
    }
    table.store(row, entry, this.entries)
    this.counts[entry] = (this.counts[entry] as number) + 1
  }

  /** Empties the slots: keys are put in again as they come. */
  private clear(slots: number): void {
    this.slots = new Int32Array(slots)
    this.used = 0
  }

  /** Writes the key's text; answers its length. */
  private writeText(out: Output, row: number): number {
    const { columns } = this
    let at = 0
    for (let i = 0; i < columns.length; i++) {
      out.room(at, 40)
      if (i > 0) out.bytes[at++] = slash
      at = writeValue(out, columns[i] as ColumnBuilder, row, at)
    }
    return at
  }
}

function writeValue(out: Output, column: ColumnBuilder, row: number, at: number): number {
  if (column.kind === 'list' || (column.validity !== null && !isSet(column.validity, row))) return at
  if (column.kind === 'bool') return writeAscii(out, at, isSet(column.values, row) ? 'true' : 'false')
  if (column.kind !== 'string') return writeDecimal(out, at, column.values[row] as number)
  const { bytes, offsets } = column.dictionary
  const entry = column.values[row] as number
  const from = offsets[entry] as number
  const to = offsets[entry + 1] as number
  out.room(at, to - from + 40)
  out.bytes.set(bytes.subarray(from, to), at)
  return at + to - from
}
