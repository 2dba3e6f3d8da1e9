/** What stands between two literal texts of a shape. */
export type ShapeSlot =
  | { readonly kind: 'value'; readonly column: number; readonly quoted: boolean; readonly from: number; readonly to: number }
  /** A value that no column takes: text or a number. */
  | { readonly kind: 'skipped'; readonly quoted: boolean; readonly from: number; readonly to: number }

const mostSlots = 256

/** Where the values of one record stood. */
export class ShapeNotes {
  /** False where the record holds what no shape can: lists, escapes, nested unknown values. */
  usable = true
  slots: ShapeSlot[] = []
  /** Columns without a value: absent, or null. */
  absentColumns: number[] = []
  recording = true
  /** Whether the record was read only up to a value that does not fit: then that is the last slot. */
  stuck = false
  /** Nothing more is noted: what follows the record's first fault does not matter. */
  sealed = false

  begin(): void {
    this.usable = this.recording
    this.stuck = false
    this.sealed = !this.recording
    if (!this.recording) return
    this.slots = []
    this.absentColumns = []
  }

  value(column: number, from: number, to: number, quoted: boolean): void {
    if (this.usable && !this.sealed) this.add({ kind: 'value', column, quoted, from, to })
  }

  skipped(firstByte: number, from: number, to: number): void {
    if (!this.usable || this.sealed) return
    if (firstByte === 123 || firstByte === 91) this.usable = false
    else if (firstByte === 34) this.add({ kind: 'skipped', quoted: true, from: from + 1, to: to - 1 })
    // true, false and null are part of the literal text.
    else if (firstByte < 65) this.add({ kind: 'skipped', quoted: false, from, to })
  }

  /** The record's first fault is in this value. */
  stop(column: number, from: number, quoted: boolean): void {
    if (!this.usable || this.sealed) return
    const at = quoted ? from + 1 : from
    this.add({ kind: 'value', column, quoted, from: at, to: at })
    this.stuck = this.usable
    this.sealed = true
  }

  absent(column: number): void {
    if (this.usable && !this.stuck) this.absentColumns.push(column)
  }

  private add(slot: ShapeSlot): void {
    if (this.slots.length >= mostSlots) this.usable = false
    else this.slots.push(slot)
  }
}
