import type { Rows } from '@millrace/columns'
import { mergeParts, type OrderedRows } from '@millrace/engine'

interface Given<R> {
  readonly row: R
  readonly order: readonly number[]
}

/** Rows of the parts of one job, given for one entry of the log, until they are put in one order. */
export class PartRows<R extends { readonly sequence: number }> {
  private readonly parts = new Map<number, Given<R>[]>()

  add(part: number, rows: readonly R[], { selection, order }: Rows): void {
    const all = this.parts.get(part) ?? []
    this.parts.set(part, all)
    rows.forEach((row, at) => {
      all.push({ row, order: (order ?? []).map((column) => column[selection[at] as number] as number) })
    })
  }

  /** All in order, and forgets them. */
  take(): R[] {
    const parts = [...this.parts.values()]
    this.parts.clear()
    const { part, row } = mergeParts(parts.map(orderedRows))
    return Array.from(row, (at, i) => parts[part[i] as number]?.[at]?.row as R)
  }
}

function orderedRows(rows: readonly Given<{ readonly sequence: number }>[]): OrderedRows {
  const columns = rows[0]?.order.length ?? 0
  return {
    count: rows.length,
    sequence: Float64Array.from(rows, ({ row }) => row.sequence),
    order: Array.from({ length: columns }, (_, at) => Float64Array.from(rows, ({ order }) => order[at] as number)),
  }
}
