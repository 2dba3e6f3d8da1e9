import type { Batch, Column, Rows } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import { memberColumn } from '../code/member-params.ts'

/** What each member gets of a batch of rows. */
export type TakeMemberRows = (member: number, rows: Rows) => void

/** Sorts rows by member, keeping their order within one, and hands each member its own: one call a member, not a row. */
export class MemberRows {
  private readonly counts: Int32Array
  private readonly places: Int32Array
  /** Members met in the batch. */
  private readonly met: Int32Array
  private selection = new Int32Array(64)
  private readonly hidden = new WeakMap<readonly Field[], { readonly at: number; readonly fields: readonly Field[] }>()

  constructor(members: number) {
    this.counts = new Int32Array(members)
    this.places = new Int32Array(members)
    this.met = new Int32Array(members)
  }

  /** In the order in which members are met. The rows handed on lack the column that tells the member. */
  each(rows: Rows, take: TakeMemberRows): void {
    const { at, fields } = this.withoutMember(rows.batch.fields)
    const members = (rows.batch.columns[at] as Column & { readonly kind: 'int32' }).values
    const batch: Batch = { rows: rows.batch.rows, fields, columns: rows.batch.columns.filter((_, column) => column !== at) }
    const { sequence, time, revision, windowStart, windowEnd, element, origin } = rows
    const met = this.sort(rows, members)
    for (let x = 0; x < met; x++) {
      const member = this.met[x] as number
      const count = this.counts[member] as number
      const end = this.places[member] as number
      this.counts[member] = 0
      const selection = count === 1 ? only(this.selection[end - 1] as number) : this.selection.subarray(end - count, end)
      take(member, { batch, selection, count, sequence, time, revision, windowStart, windowEnd, element, origin })
    }
  }

  /** Answers how many members were met; each one's rows end at its place. */
  private sort({ selection, count }: Rows, members: Int32Array): number {
    const { counts, places, met } = this
    if (this.selection.length < count) this.selection = new Int32Array(count * 2)
    let all = 0
    for (let x = 0; x < count; x++) {
      const member = members[selection[x] as number] as number
      const before = counts[member] as number
      if (before === 0) met[all++] = member
      counts[member] = before + 1
    }
    let next = 0
    for (let x = 0; x < all; x++) {
      const member = met[x] as number
      places[member] = next
      next += counts[member] as number
    }
    for (let x = 0; x < count; x++) {
      const row = selection[x] as number
      this.selection[places[members[row] as number]!++] = row
    }
    return all
  }

  private withoutMember(fields: readonly Field[]): { readonly at: number; readonly fields: readonly Field[] } {
    const known = this.hidden.get(fields)
    if (known !== undefined) return known
    const at = fields.findIndex(({ name }) => name === memberColumn)
    const found = { at, fields: fields.filter((_, column) => column !== at) }
    this.hidden.set(fields, found)
    return found
  }
}

/** Most members get one row at a time: selections of one row are made once. Never written to. */
const single: Int32Array[] = []
const mostSingle = 4096

function only(row: number): Int32Array {
  const known = single[row]
  if (known !== undefined) return known
  const made = Int32Array.of(row)
  if (row < mostSingle) single[row] = made
  return made
}
