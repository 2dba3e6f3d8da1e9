/** Entries in the order of their first sequences (semantics O2), in arrays that are reused. */
export class FirstOrder {
  private order = new Int32Array(0)
  private other = new Int32Array(0)
  private ranks = new Uint32Array(0)
  private otherRanks = new Uint32Array(0)
  private readonly histogram = new Int32Array(2048)

  /** The first `count` of `entries`, sorted. */
  of(first: Float64Array, entries: Int32Array, count: number): Int32Array {
    this.reserve(count)
    const { order, ranks } = this
    let lowest = Number.POSITIVE_INFINITY
    let highest = Number.NEGATIVE_INFINITY
    let sorted = true
    for (let i = 0; i < count; i++) {
      const entry = entries[i] as number
      const sequence = first[entry] as number
      order[i] = entry
      if (sequence < highest) sorted = false
      else highest = sequence
      if (sequence < lowest) lowest = sequence
    }
    if (sorted) return order
    const range = highest - lowest
    if (range >= 2 ** 32) return order.subarray(0, count).sort((a, b) => (first[a] as number) - (first[b] as number))
    for (let i = 0; i < count; i++) ranks[i] = (first[order[i] as number] as number) - lowest
    return this.radix(count, range)
  }

  /** Least significant digit first; few entries do with short digits, whose histograms are soon swept. */
  private radix(count: number, range: number): Int32Array {
    const bits = count < 1024 ? 8 : 11
    for (let shift = 0; shift < 32 && range / 2 ** shift >= 1; shift += bits) {
      this.pass(count, shift, (1 << bits) - 1)
      ;[this.order, this.other] = [this.other, this.order]
      ;[this.ranks, this.otherRanks] = [this.otherRanks, this.ranks]
    }
    return this.order
  }

  private pass(count: number, shift: number, mask: number): void {
    const { histogram, order, other, ranks, otherRanks } = this
    for (let digit = 0; digit <= mask; digit++) histogram[digit] = 0
    for (let i = 0; i < count; i++) histogram[((ranks[i] as number) >>> shift) & mask]! += 1
    let sum = 0
    for (let digit = 0; digit <= mask; digit++) {
      const here = histogram[digit] as number
      histogram[digit] = sum
      sum += here
    }
    for (let i = 0; i < count; i++) {
      const rank = ranks[i] as number
      const digit = (rank >>> shift) & mask
      const place = histogram[digit] as number
      histogram[digit] = place + 1
      other[place] = order[i] as number
      otherRanks[place] = rank
    }
  }

  private reserve(count: number): void {
    if (count <= this.order.length) return
    this.order = new Int32Array(count * 2)
    this.other = new Int32Array(count * 2)
    this.ranks = new Uint32Array(count * 2)
    this.otherRanks = new Uint32Array(count * 2)
  }
}
