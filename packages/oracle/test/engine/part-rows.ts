import type { Rows } from '@millrace/columns'
import type { JobStats } from '@millrace/engine'

/** Rows of the parts of one job, given for one entry of the log, until they are put in one order. */
export class PartRows<R extends { readonly sequence: number }> {
  private readonly rows: { readonly row: R; readonly order: readonly number[] }[] = []

  add(rows: readonly R[], { selection, order }: Rows): void {
    rows.forEach((row, at) => {
      this.rows.push({ row, order: [row.sequence, ...(order ?? []).map((column) => column[selection[at] as number] as number)] })
    })
  }

  /** All in order, and forgets them. */
  take(): R[] {
    return this.rows
      .splice(0)
      .sort((a, b) => a.order.reduce((known, number, at) => known || number - (b.order[at] as number), 0))
      .map(({ row }) => row)
  }
}

/** Counts of the parts added up; what all parts see alike is the first's. */
export function joinedStats(all: readonly JobStats[]): JobStats {
  const [first] = all as [JobStats]
  return all.slice(1).reduce((sum, stats) => {
    return {
      ...first,
      outputs: added(sum.outputs, stats.outputs),
      windows: added(sum.windows, stats.windows),
      alerts: added(sum.alerts, stats.alerts),
    }
  }, first)
}

function added<T>(left: Readonly<Record<string, T>>, right: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(left).map(([name, counts]) => [name, addedCounts(counts, right[name] as T)]))
}

function addedCounts<T>(left: T, right: T): T {
  const others = right as Readonly<Record<string, number>>
  return Object.fromEntries(Object.entries(left as Readonly<Record<string, number>>).map(([name, count]) => [name, count + (others[name] as number)])) as T
}
