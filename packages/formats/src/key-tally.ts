import { type ColumnBuilder, Dictionary, isSet } from '@millrace/columns'

const mostKeys = 10_000
const slotCount = 4096
const slash = 47
const texts = new TextEncoder()
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
  private counts = new Float64Array(64)
  private others = 0
  /** Hash table: entry + 1 by slot, and by slot the values of the key's columns and a mask of those missing. */
  private slots: Int32Array | null = null
  private readonly width: number
  private slotValues = new Float64Array(0)
  private used = 0
  private readonly wanted: Float64Array
  private readonly dictionaries: (Dictionary | null)[]
  private text = new Uint8Array(256)
  private length = 0

  constructor(columns: readonly ColumnBuilder[]) {
    this.columns = columns
    this.width = columns.length + 1
    this.wanted = new Float64Array(this.width)
    this.dictionaries = columns.map(() => null)
  }

  /** Counts the key of a row; answers its entry among `keys`, or -1: it is `lastText`. */
  count(row: number): number {
    this.collect(row)
    const slots = this.table()
    const slot = this.slotOf(slots)
    let entry = (slots[slot] as number) - 1
    if (entry < 0) {
      entry = this.entryOf(row)
      if (entry < 0) return entry
      this.remember(slots, slot, entry)
    }
    if (entry >= this.counts.length) this.grow()
    this.counts[entry] = (this.counts[entry] as number) + 1
    return entry
  }

  totals(): ReadonlyMap<string, number> {
    const totals = new Map<string, number>()
    for (let entry = 0; entry < this.keys.size; entry++) totals.set(this.keys.text(entry), this.counts[entry] as number)
    if (this.others > 0) totals.set('other', (totals.get('other') ?? 0) + this.others)
    return totals
  }

  /** The row's values as numbers: of a string its number in the dictionary. */
  private collect(row: number): void {
    const { columns, wanted } = this
    let missing = 0
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as ColumnBuilder
      if (column.kind === 'list') continue
      if (column.validity !== null && !isSet(column.validity, row)) missing += 2 ** i
      if (column.kind === 'bool') wanted[i] = isSet(column.values, row) ? 1 : 0
      else wanted[i] = column.values[row] as number
      if (column.kind === 'string' && this.dictionaries[i] !== column.dictionary) {
        // Numbers of another dictionary mean other texts.
        this.dictionaries[i] = column.dictionary
        this.forget()
      }
    }
    wanted[columns.length] = missing
  }

  private table(): Int32Array {
    if (this.slots === null) {
      this.slots = new Int32Array(slotCount)
      this.slotValues = new Float64Array(slotCount * this.width)
    }
    return this.slots
  }

  private slotOf(slots: Int32Array): number {
    const { wanted, width, slotValues } = this
    let hash = 0
    for (let i = 0; i < width; i++) {
      const value = wanted[i] as number
      hash = Math.imul(hash ^ (value | 0) ^ ((value / 2 ** 32) | 0), 0x9e3779b1)
    }
    for (let slot = (hash >>> 16) & (slotCount - 1); ; slot = (slot + 1) & (slotCount - 1)) {
      if (slots[slot] === 0) return slot
      let i = 0
      while (i < width && slotValues[slot * width + i] === wanted[i]) i++
      if (i === width) return slot
    }
  }

  private remember(slots: Int32Array, slot: number, entry: number): void {
    if (++this.used > slotCount / 2) {
      this.forget()
      return
    }
    slots[slot] = entry + 1
    this.slotValues.set(this.wanted, slot * this.width)
  }

  private forget(): void {
    this.slots?.fill(0)
    this.used = 0
  }

  private grow(): void {
    const counts = new Float64Array(this.counts.length * 2)
    counts.set(this.counts)
    this.counts = counts
  }

  private entryOf(row: number): number {
    this.length = 0
    for (const [i, column] of this.columns.entries()) {
      if (i > 0) this.append(Uint8Array.of(slash), 0, 1)
      this.appendValue(column, row)
    }
    if (this.keys.size < mostKeys) return this.keys.intern(this.text, 0, this.length)
    const text = utf8.decode(this.text.subarray(0, this.length))
    const known = this.keys.find(text)
    if (known < 0) {
      this.lastText = text
      this.others++
    }
    return known
  }

  private appendValue(column: ColumnBuilder, row: number): void {
    if (column.kind === 'list' || (column.validity !== null && !isSet(column.validity, row))) return
    if (column.kind === 'string') {
      const { bytes, offsets } = column.dictionary
      const entry = column.values[row] as number
      this.append(bytes, offsets[entry] as number, offsets[entry + 1] as number)
      return
    }
    const text = texts.encode(String(column.kind === 'bool' ? isSet(column.values, row) : column.values[row]))
    this.append(text, 0, text.length)
  }

  private append(bytes: Uint8Array, from: number, to: number): void {
    if (this.length + to - from > this.text.length) {
      const grown = new Uint8Array((this.length + to - from) * 2)
      grown.set(this.text)
      this.text = grown
    }
    this.text.set(bytes.subarray(from, to), this.length)
    this.length += to - from
  }
}
