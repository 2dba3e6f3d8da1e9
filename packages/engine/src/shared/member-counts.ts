import type { Rows, StringColumn } from '@millrace/columns'

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

/** How many of the rows tell each of the words, which stand in the first column of an alert's rows. */
export function told({ batch, selection, count }: Rows): Record<string, number> {
  const column = batch.columns[0] as StringColumn
  const counts: Record<string, number> = {}
  for (let x = 0; x < count; x++) {
    const word = column.dictionary.text(column.values[selection[x] as number] as number)
    counts[word] = (counts[word] ?? 0) + 1
  }
  return counts
}
