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

/**
 * The order in which one job would have given the rows of its parts (semantics O2). At most 256 parts; what one part gave
 * may also come as several, in its order.
 */
export function mergeParts(parts: readonly OrderedRows[]): MergedRows {
  return new Merging(parts).run()
}

/**
 * Rows mostly come in groups that differ in the last column alone: the results of one instant. So groups are found with
 * all columns, by steps that double, and rows are compared by one.
 */
class Merging {
  /** By part: all columns but the last. */
  private readonly leading: readonly (readonly Float64Array[])[]
  private readonly last: readonly Float64Array[]
  private readonly counts: Int32Array
  /** By part: its next row. */
  private readonly next: Int32Array
  /** Parts with rows left, in the order of their next rows. */
  private readonly line: number[]
  private readonly merged: MergedRows
  private at = 0

  constructor(parts: readonly OrderedRows[]) {
    const columns = parts.map(({ sequence, order }) => [sequence, ...order])
    this.leading = columns.map((all) => all.slice(0, -1))
    this.last = columns.map((all) => all.at(-1) as Float64Array)
    this.counts = Int32Array.from(parts, ({ count }) => count)
    this.next = new Int32Array(parts.length)
    this.line = []
    parts.forEach(({ count }, part) => {
      if (count === 0) return
      this.line.push(part)
      this.sink(this.line.length - 1)
    })
    const rows = this.counts.reduce((sum, count) => sum + count, 0)
    this.merged = { part: new Uint8Array(rows), row: new Int32Array(rows) }
  }

  run(): MergedRows {
    while (this.line.length > 0) {
      const group = this.firstGroup()
      const ends = group.map((part) => this.endOfGroup(part))
      if (group.length === 1) this.takeUpTo(group[0] as number, ends[0] as number)
      else if (group.length === 2) this.takeBoth(group as [number, number], ends as [number, number])
      else this.takeAll(group, ends)
      this.lineUp(group.length)
    }
    return this.merged
  }

  /** The parts whose next rows differ in the last column alone from the first of all, earlier parts first. */
  private firstGroup(): number[] {
    const { line, next } = this
    const first = line[0] as number
    let size = 1
    while (size < line.length && this.compareLeading(first, next[first] as number, line[size] as number, next[line[size] as number] as number) === 0) size++
    return line.slice(0, size).sort((a, b) => a - b)
  }

  /** Behind the rows of a part that differ in the last column alone. */
  private endOfGroup(part: number): number {
    const first = this.next[part] as number
    const count = this.counts[part] as number
    const isIn = (row: number): boolean => this.compareLeading(part, row, part, first) === 0
    let low = first + 1
    let step = 1
    while (low + step <= count && isIn(low + step - 1)) {
      low += step
      step *= 2
    }
    let high = Math.min(count, low + step - 1)
    while (low < high) {
      const middle = (low + high) >> 1
      if (isIn(middle)) low = middle + 1
      else high = middle
    }
    return low
  }

  private takeUpTo(part: number, end: number): void {
    const { merged } = this
    const from = this.next[part] as number
    merged.part.fill(part, this.at, this.at + end - from)
    for (let row = from; row < end; row++) merged.row[this.at++] = row
    this.next[part] = end
  }

  /** Without a branch on which part is next: it cannot be foretold. */
  private takeBoth([first, second]: readonly [number, number], [firstEnd, secondEnd]: readonly [number, number]): void {
    const { part, row } = this.merged
    const left = this.last[first] as Float64Array
    const right = this.last[second] as Float64Array
    let { at } = this
    let a = this.next[first] as number
    let b = this.next[second] as number
    while (a < firstEnd && b < secondEnd) {
      const isSecond = (right[b] as number) < (left[a] as number) ? 1 : 0
      part[at] = first + isSecond * (second - first)
      row[at++] = a + isSecond * (b - a)
      a += 1 - isSecond
      b += isSecond
    }
    this.at = at
    this.next[first] = a
    this.next[second] = b
    this.takeUpTo(first, firstEnd)
    this.takeUpTo(second, secondEnd)
  }

  private takeAll(group: readonly number[], ends: readonly number[]): void {
    const { next, last, merged } = this
    const heads = group.map((part) => last[part]?.[next[part] as number] as number)
    for (let left = group.reduce((sum, part, at) => sum + (ends[at] as number) - (next[part] as number), 0); left > 0; left--) {
      let lowest = 0
      for (let at = 1; at < heads.length; at++) if ((heads[at] as number) < (heads[lowest] as number)) lowest = at
      const part = group[lowest] as number
      const row = next[part]!++
      merged.part[this.at] = part
      merged.row[this.at++] = row
      heads[lowest] = row + 1 < (ends[lowest] as number) ? (last[part]?.[row + 1] as number) : Number.POSITIVE_INFINITY
    }
  }

  /** Puts the first `moved` parts of the line, of which rows were taken, where their next rows belong. */
  private lineUp(moved: number): void {
    const { line, next, counts } = this
    for (let at = moved - 1; at >= 0; at--) {
      if (next[line[at] as number] === counts[line[at] as number]) line.splice(at, 1)
      else this.rise(at)
    }
  }

  /** Moves a part of the line back, behind all whose next rows come before its own. */
  private rise(from: number): void {
    const { line } = this
    for (let at = from; at + 1 < line.length && this.isBefore(line[at + 1] as number, line[at] as number); at++) this.swap(at)
  }

  /** Moves a part of the line forward. */
  private sink(from: number): void {
    for (let at = from - 1; at >= 0 && this.isBefore(this.line[at + 1] as number, this.line[at] as number); at--) this.swap(at)
  }

  private swap(at: number): void {
    const { line } = this
    ;[line[at], line[at + 1]] = [line[at + 1] as number, line[at] as number]
  }

  private isBefore(part: number, other: number): boolean {
    const row = this.next[part] as number
    const otherRow = this.next[other] as number
    const difference = this.compareLeading(part, row, other, otherRow) || (this.last[part]?.[row] as number) - (this.last[other]?.[otherRow] as number)
    return difference < 0 || (difference === 0 && part < other)
  }

  private compareLeading(part: number, row: number, other: number, otherRow: number): number {
    const left = this.leading[part] as readonly Float64Array[]
    const right = this.leading[other] as readonly Float64Array[]
    for (let at = 0; at < left.length; at++) {
      const difference = (left[at]?.[row] as number) - (right[at]?.[otherRow] as number)
      if (difference !== 0) return difference
    }
    return 0
  }
}
