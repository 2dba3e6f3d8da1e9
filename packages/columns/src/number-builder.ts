import type { Float64Column, Int32Column } from './batch.ts'
import type { Growable } from './growable.ts'
import { clearBit, growValidity, newValidity, setBit } from './validity.ts'

export class Int32Builder implements Growable {
  readonly kind = 'int32'
  values: Int32Array
  validity: Uint8Array | null

  constructor(nullable: boolean, capacity: number) {
    this.values = new Int32Array(capacity)
    this.validity = newValidity(nullable, capacity)
  }

  reserve(rows: number): void {
    if (rows <= this.values.length) return
    const values = new Int32Array(Math.max(rows, this.values.length * 2))
    values.set(this.values)
    this.values = values
    this.validity = growValidity(this.validity, values.length)
  }

  set(row: number, value: number): void {
    this.values[row] = value
    if (this.validity !== null) setBit(this.validity, row)
  }

  setMissing(row: number): void {
    this.values[row] = 0
    if (this.validity !== null) clearBit(this.validity, row)
  }

  clear(): void {
    this.validity?.fill(0xff)
  }

  column(rows: number): Int32Column {
    this.reserve(rows)
    return { kind: 'int32', values: this.values, validity: this.validity }
  }
}

/** Values are finite and never -0; the caller sees to it. */
export class Float64Builder implements Growable {
  readonly kind: Float64Column['kind']
  values: Float64Array
  validity: Uint8Array | null

  constructor(kind: Float64Column['kind'], nullable: boolean, capacity: number) {
    this.kind = kind
    this.values = new Float64Array(capacity)
    this.validity = newValidity(nullable, capacity)
  }

  reserve(rows: number): void {
    if (rows <= this.values.length) return
    const values = new Float64Array(Math.max(rows, this.values.length * 2))
    values.set(this.values)
    this.values = values
    this.validity = growValidity(this.validity, values.length)
  }

  set(row: number, value: number): void {
    this.values[row] = value
    if (this.validity !== null) setBit(this.validity, row)
  }

  setMissing(row: number): void {
    this.values[row] = 0
    if (this.validity !== null) clearBit(this.validity, row)
  }

  clear(): void {
    this.validity?.fill(0xff)
  }

  column(rows: number): Float64Column {
    this.reserve(rows)
    return { kind: this.kind, values: this.values, validity: this.validity }
  }
}
