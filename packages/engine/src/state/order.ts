/** Entries in the order of their first sequences (semantics O2), in arrays that are reused. */
export class FirstOrder {
  private order = new Int32Array(0)
  private other = new Int32Array(0)
  private ranks = new Uint32Array(0)
  private readonly histogram = new Int32Array(2048)

  of(first: Float64Array, count: number): Int32Array {
    this.reserve(count)
    const { order } = this
    for (let i = 0; i < count; i++) order[i] = i
    if (isSorted(first, count)) return order
    const lowest = lowestOf(first, count)
    const range = highestOf(first, count) - lowest
    if (range >= 2 ** 32) return order.subarray(0, count).sort((a, b) => (first[a] as number) - (first[b] as number))
    for (let i = 0; i < count; i++) this.ranks[i] = (first[i] as number) - lowest
    return this.radix(count, range)
  }

  /** Least significant digit first, 11 bits a pass. */
  private radix(count: number, range: number): Int32Array {
    let from = this.order
    let to = this.other
    for (let shift = 0; shift < 32 && range / 2 ** shift >= 1; shift += 11) {
      this.pass(from, to, count, shift)
      ;[from, to] = [to, from]
    }
    this.order = from
    this.other = to
    return from
  }

  private pass(from: Int32Array, to: Int32Array, count: number, shift: number): void {
    const { histogram, ranks } = this
    histogram.fill(0)
    for (let i = 0; i < count; i++) histogram[((ranks[i] as number) >>> shift) & 2047]! += 1
    let sum = 0
    for (let digit = 0; digit < 2048; digit++) {
      const here = histogram[digit] as number
      histogram[digit] = sum
      sum += here
    }
    for (let i = 0; i < count; i++) {
      const entry = from[i] as number
      const digit = ((ranks[entry] as number) >>> shift) & 2047
      to[histogram[digit] as number] = entry
      histogram[digit]! += 1
    }
  }

  private reserve(count: number): void {
    if (count <= this.order.length) return
    this.order = new Int32Array(count * 2)
    this.other = new Int32Array(count * 2)
    this.ranks = new Uint32Array(count * 2)
  }
}

function isSorted(values: Float64Array, count: number): boolean {
  for (let i = 1; i < count; i++) if ((values[i] as number) < (values[i - 1] as number)) return false
  return true
}

function lowestOf(values: Float64Array, count: number): number {
  let lowest = values[0] as number
  for (let i = 1; i < count; i++) if ((values[i] as number) < lowest) lowest = values[i] as number
  return lowest
}

function highestOf(values: Float64Array, count: number): number {
  let highest = values[0] as number
  for (let i = 1; i < count; i++) if ((values[i] as number) > highest) highest = values[i] as number
  return highest
}
