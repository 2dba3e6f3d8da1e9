import { limits } from '@millrace/plan'
import type { Judge } from '../code/run-state.ts'
import { fault } from '../fault.ts'
import type { Letters } from '../letters.ts'
import { afterPlainLine, contentEnd } from '../line-end.ts'
import type { RecordRow } from '../record-row.ts'
import type { CsvColumns } from './header.ts'

const lineFeed = 10

/** Judges lines by the field at which generated code stopped: the fields before it fit, those behind it are skipped. */
export class CsvJudge implements Judge {
  trial = false
  private readonly row: RecordRow
  private readonly slots: Int32Array
  private readonly separator: number
  /** By field: whether it is a key column's. */
  private readonly isKey: readonly boolean[]
  /** The first field behind those of the key. */
  private readonly behindKey: number
  private readonly hasKey: boolean
  /** By field: the first column in it or behind it, -1: none. */
  private readonly lacking: readonly number[]
  private readonly letters: Letters
  private ascii = true

  constructor(row: RecordRow, { slots }: CsvColumns, separator: number) {
    this.row = row
    this.slots = slots
    this.separator = separator
    this.isKey = Array.from(slots, (column) => row.layout.keyIndexes.includes(column))
    this.behindKey = this.isKey.lastIndexOf(true) + 1
    this.lacking = firstColumns(slots)
    this.letters = row.letters
    this.hasKey = row.layout.keyIndexes.length > 0
  }

  refuse(bytes: Uint8Array, view: DataView, start: number, end: number, slot: number, field: number, at: number, row: number): number {
    const tooFew = slot < 0
    const tooMany = slot === this.slots.length
    const from = tooFew || tooMany ? at : field
    const next = afterPlainLine(bytes, view, from)
    if (next === 0 || next > end || next - start > limits.recordBytes) return 0
    const to = contentEnd(bytes, start, next - 1)
    // A blank line is no record.
    if (to === start) return 0
    if (this.trial) return next
    if (tooFew) this.send(row, start, to, fault.tooFewFields, this.lacking[~slot] as number, at, at, ~slot)
    else if (tooMany) this.send(row, start, to, fault.tooManyFields, -1, at, this.fieldEnd(bytes, at), slot)
    else {
      this.row.judge(row)
      const reached = this.readField(bytes, field, slot)
      const { fault: found, faultColumn, faultFrom, faultTo } = this.row
      if (found === fault.none || !this.keyDecided(reached)) return 0
      this.send(row, start, to, found, faultColumn, faultFrom, faultTo, reached)
    }
    return next
  }

  private send(row: number, start: number, to: number, found: number, column: number, shownFrom: number, shownTo: number, reached: number): void {
    this.letters.add(row, start, to, found, column, shownFrom, shownTo, this.hasKey && reached >= this.behindKey)
  }

  /** Answers the field that is to blame: this one, or the next if the line ends before it. */
  private readField(bytes: Uint8Array, from: number, slot: number): number {
    const { row } = this
    const column = this.slots[slot] as number
    const to = this.fieldEnd(bytes, from)
    if (column < 0 || !this.ascii) return slot
    if (from === to) row.missing(column, from, to)
    else row.value(column, bytes, from, to, from, to)
    if (row.fault !== fault.none || bytes[to] === this.separator || slot + 1 === this.slots.length) return slot
    row.fail(fault.tooFewFields, this.lacking[slot + 1] as number, to, to)
    return slot + 1
  }

  /** Whether it is known by now if the key can be read: else it stands in fields behind. */
  private keyDecided(reached: number): boolean {
    return reached >= this.behindKey || this.row.fault === fault.tooFewFields || (this.isKey[reached] as boolean)
  }

  /** Where the field's text ends; notes whether it is ASCII. */
  private fieldEnd(bytes: Uint8Array, from: number): number {
    const { separator } = this
    let at = from
    let bits = 0
    for (let byte = bytes[at] as number; byte !== separator && byte !== lineFeed; byte = bytes[++at] as number) bits |= byte
    this.ascii = bits < 128
    return bytes[at] === lineFeed ? contentEnd(bytes, from, at) : at
  }
}

function firstColumns(slots: Int32Array): readonly number[] {
  const columns: number[] = []
  let behind = -1
  for (let slot = slots.length - 1; slot >= 0; slot--) {
    if ((slots[slot] as number) >= 0) behind = slots[slot] as number
    columns[slot] = behind
  }
  return columns
}
