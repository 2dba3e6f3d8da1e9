import type { StringColumn } from './batch.ts'
import { Dictionary } from './dictionary.ts'
import type { Growable } from './growable.ts'
import { clearBit, growValidity, newValidity, setBit } from './validity.ts'

const maxEntries = 1 << 16
const maxBytes = 4 << 20

export class StringBuilder implements Growable {
  readonly kind = 'string'
  values: Int32Array
  dictionary: Dictionary
  validity: Uint8Array | null

  constructor(nullable: boolean, capacity: number) {
    this.values = new Int32Array(capacity)
    this.dictionary = new Dictionary()
    this.validity = newValidity(nullable, capacity)
  }

  reserve(rows: number): void {
    if (rows <= this.values.length) return
    const values = new Int32Array(Math.max(rows, this.values.length * 2))
    values.set(this.values)
    this.values = values
    this.validity = growValidity(this.validity, values.length)
  }

  set(row: number, text: string): void {
    this.setEntry(row, this.dictionary.internText(text))
  }

  /** UTF-8 bytes, which the caller has checked. */
  setBytes(row: number, source: Uint8Array, from: number, to: number): void {
    this.setEntry(row, this.dictionary.intern(source, from, to))
  }

  /** An entry of the builder's dictionary. */
  setEntry(row: number, entry: number): void {
    this.values[row] = entry
    if (this.validity !== null) setBit(this.validity, row)
  }

  setMissing(row: number): void {
    this.values[row] = 0
    if (this.validity !== null) clearBit(this.validity, row)
  }

  /** The dictionary stays, so that its numbers keep their meaning; one that grew large is replaced by a new one. */
  clear(): void {
    this.validity?.fill(0xff)
    const { dictionary } = this
    if (dictionary.size > maxEntries || dictionary.byteLength > maxBytes) this.dictionary = new Dictionary()
  }

  column(rows: number): StringColumn {
    this.reserve(rows)
    return { kind: 'string', values: this.values, dictionary: this.dictionary, validity: this.validity }
  }
}
