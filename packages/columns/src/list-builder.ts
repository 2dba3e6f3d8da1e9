import type { Field } from '@millrace/plan'
import type { ListColumn } from './batch.ts'
import { BatchBuilder } from './batch-builder.ts'
import type { Growable } from './column-builder.ts'
import { clearBit, growValidity, newValidity, setBit } from './validity.ts'

/** Rows are set in order: `begin(row)`, then add rows to `elements`, then `finish(row)`. */
export class ListBuilder implements Growable {
  readonly kind = 'list'
  offsets: Int32Array
  readonly elements: BatchBuilder
  validity: Uint8Array | null

  constructor(fields: readonly Field[], nullable: boolean, capacity: number) {
    this.offsets = new Int32Array(capacity + 1)
    this.elements = new BatchBuilder(fields)
    this.validity = newValidity(nullable, capacity)
  }

  reserve(rows: number): void {
    if (rows < this.offsets.length) return
    const offsets = new Int32Array(Math.max(rows + 1, this.offsets.length * 2))
    offsets.set(this.offsets)
    this.offsets = offsets
    this.validity = growValidity(this.validity, offsets.length)
  }

  begin(row: number): void {
    this.offsets[row] = this.elements.rows
    if (this.validity !== null) setBit(this.validity, row)
  }

  finish(row: number): void {
    this.offsets[row + 1] = this.elements.rows
  }

  setMissing(row: number): void {
    this.begin(row)
    this.finish(row)
    if (this.validity !== null) clearBit(this.validity, row)
  }

  /** Drops the elements of the rows from `rows` on. */
  truncate(rows: number): void {
    this.elements.truncate(rows === 0 ? 0 : (this.offsets[rows] as number))
  }

  clear(): void {
    this.elements.clear()
    this.validity?.fill(0xff)
  }

  column(rows: number): ListColumn {
    this.reserve(rows)
    return { kind: 'list', offsets: this.offsets, elements: this.elements.batch(), validity: this.validity }
  }
}
