/** Rows of one output (or late rows of one operator) that one part of a job gave, in the order in which it gave them. */
export interface OrderedRows {
  readonly count: number
  /** By row, from 0. */
  readonly sequence: Float64Array
  /** As `Rows.order`; empty where sequences alone order the rows. */
  readonly order: readonly Float64Array[]
}

/** Rows of several parts in one order: row `row[i]` of part `part[i]` is the i-th. */
export interface MergedRows {
  readonly part: Uint8Array
  readonly row: Int32Array
}

/** The order in which one job would have given the rows of its parts (semantics O2). At most 256 parts. */
export function mergeParts(parts: readonly OrderedRows[]): MergedRows {
  return new Merging(parts).run()
}

class Merging {
  private readonly columns: readonly (readonly Float64Array[])[]
  private readonly counts: readonly number[]
  /** By part: its next row. */
  private readonly next: Int32Array
  private readonly merged: MergedRows
  private at = 0

  constructor(parts: readonly OrderedRows[]) {
    this.columns = parts.map(({ sequence, order }) => [sequence, ...order])
    this.counts = parts.map(({ count }) => count)
    this.next = new Int32Array(parts.length)
    const rows = this.counts.reduce((sum, count) => sum + count, 0)
    this.merged = { part: new Uint8Array(rows), row: new Int32Array(rows) }
  }

  run(): MergedRows {
    for (;;) {
      const lowest = this.lowestBeside(-1)
      if (lowest < 0) return this.merged
      const second = this.lowestBeside(lowest)
      this.take(lowest, second < 0 ? (this.counts[lowest] as number) : this.endOfRun(lowest, second))
    }
  }

  /** The part whose next row comes first, of all but one; -1: none has rows left. */
  private lowestBeside(except: number): number {
    let lowest = -1
    for (let part = 0; part < this.next.length; part++) {
      if (part === except || this.next[part] === this.counts[part]) continue
      if (lowest < 0 || this.compare(part, this.next[part] as number, lowest, this.next[lowest] as number) < 0) lowest = part
    }
    return lowest
  }

  /** The first row of `part` that does not come before the next one of `other`: steps that double, then halves. */
  private endOfRun(part: number, other: number): number {
    const count = this.counts[part] as number
    const wanted = this.next[other] as number
    let low = (this.next[part] as number) + 1
    let step = 1
    while (low + step <= count && this.compare(part, low + step - 1, other, wanted) < 0) {
      low += step
      step *= 2
    }
    let high = Math.min(count, low + step - 1)
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.compare(part, middle, other, wanted) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  private take(part: number, end: number): void {
    const { merged } = this
    const from = this.next[part] as number
    merged.part.fill(part, this.at, this.at + end - from)
    for (let row = from; row < end; row++) merged.row[this.at++] = row
    this.next[part] = end
  }

  private compare(part: number, row: number, other: number, otherRow: number): number {
    const left = this.columns[part] as readonly Float64Array[]
    const right = this.columns[other] as readonly Float64Array[]
    for (let at = 0; at < left.length; at++) {
      const difference = (left[at]?.[row] as number) - (right[at]?.[otherRow] as number)
      if (difference !== 0) return difference
    }
    return 0
  }
}
