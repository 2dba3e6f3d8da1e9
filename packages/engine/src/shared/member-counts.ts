import type { Column, Rows } from '@millrace/columns'
import { memberColumn } from '../code/member-params.ts'

/** Columns of counts, a number a member each. */
export class MemberCounts {
  readonly members: number
  private readonly columns = new Map<string, Float64Array>()

  constructor(members: number) {
    this.members = members
  }

  column(name: string): Float64Array {
    const known = this.columns.get(name)
    if (known !== undefined) return known
    const made = new Float64Array(this.members)
    this.columns.set(name, made)
    return made
  }

  get(name: string, member: number): number {
    return this.columns.get(name)?.[member] ?? 0
  }

  /** Counts rows by member: those that revise others in the second column. */
  countRows(rows: Rows, first: Float64Array, revised: Float64Array): void {
    const { selection, count, revision } = rows
    const members = membersOf(rows)
    for (let x = 0; x < count; x++) {
      const row = selection[x] as number
      const column = revision !== null && (revision[row] as number) > 0 ? revised : first
      column[members[row] as number]! += 1
    }
  }

  /** Counts rows of an alert by member and by the word that their first column tells. */
  countWords(rows: Rows, columns: ReadonlyMap<string, Float64Array>): void {
    const { selection, count, batch } = rows
    const words = batch.columns[0] as Column & { readonly kind: 'string' }
    const members = membersOf(rows)
    for (let x = 0; x < count; x++) {
      const row = selection[x] as number
      const column = columns.get(words.dictionary.text(words.values[row] as number)) as Float64Array
      column[members[row] as number]! += 1
    }
  }

  get bytes(): number {
    return this.columns.size * this.members * 8
  }

  /** By name, in the order of their members. */
  all(): Record<string, readonly number[]> {
    return Object.fromEntries([...this.columns].map(([name, column]) => [name, [...column]]))
  }

  /** `numbers`: by member of before its number now, -1 where it left. */
  restore(all: Readonly<Record<string, readonly number[]>>, numbers: Int32Array): void {
    for (const [name, values] of Object.entries(all)) {
      const column = this.column(name)
      numbers.forEach((member, before) => {
        if (member >= 0) column[member] = values[before] ?? 0
      })
    }
  }
}

/** Member's number by row of the batch. */
export function membersOf({ batch }: Rows): Int32Array {
  const at = batch.fields.findIndex(({ name }) => name === memberColumn)
  return (batch.columns[at] as Column & { readonly kind: 'int32' }).values
}
