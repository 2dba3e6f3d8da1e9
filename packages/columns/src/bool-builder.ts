import type { BoolColumn } from './batch.ts'
import type { Growable } from './growable.ts'
import { bitmapBytes, clearBit, growValidity, newValidity, setBit } from './validity.ts'

export class BoolBuilder implements Growable {
  readonly kind = 'bool'
  /** A bit a row. */
  values: Uint8Array
  validity: Uint8Array | null

  constructor(nullable: boolean, capacity: number) {
    this.values = new Uint8Array(bitmapBytes(capacity))
    this.validity = newValidity(nullable, capacity)
  }

  reserve(rows: number): void {
    const bytes = bitmapBytes(rows)
    if (bytes <= this.values.length) return
    const values = new Uint8Array(Math.max(bytes, this.values.length * 2))
    values.set(this.values)
    this.values = values
    this.validity = growValidity(this.validity, values.length * 8)
  }

  set(row: number, value: boolean): void {
    if (value) setBit(this.values, row)
    else clearBit(this.values, row)
    if (this.validity !== null) setBit(this.validity, row)
  }

  setMissing(row: number): void {
    clearBit(this.values, row)
    if (this.validity !== null) clearBit(this.validity, row)
  }

  clear(): void {
    this.values.fill(0)
    this.validity?.fill(0xff)
  }

  column(rows: number): BoolColumn {
    this.reserve(rows)
    return { kind: 'bool', values: this.values, validity: this.validity }
  }
}
