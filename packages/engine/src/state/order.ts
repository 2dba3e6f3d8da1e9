/** Sequences between the first and the last up to which entries are spread out. */
const mostPlaces = 1 << 14

// Scratch of one call: shared by all operators of the thread.
const places = new Int32Array(mostPlaces)
const taken = new Int32Array(mostPlaces >> 5)
const histogram = new Int32Array(2048)

/** Entries in the order of their first sequences (semantics O2), in arrays that are reused. */
export class FirstOrder {
  private order = new Int32Array(0)
  private other = new Int32Array(0)
  private ranks = new Uint32Array(0)
  private otherRanks = new Uint32Array(0)

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
    if (range < mostPlaces && this.spread(first, count, lowest, range)) return this.order
    if (range >= 2 ** 32) return order.subarray(0, count).sort((a, b) => (first[a] as number) - (first[b] as number))
    for (let i = 0; i < count; i++) ranks[i] = (first[order[i] as number] as number) - lowest
    return this.radix(count, range)
  }

  /**
   * First sequences mostly differ: each entry goes to a place of its own, and the places taken are read in
   * order. Answers whether they did differ.
   */
  private spread(first: Float64Array, count: number, lowest: number, range: number): boolean {
    const { order } = this
    const words = (range >> 5) + 1
    let doubled = 0
    for (let i = 0; i < count; i++) {
      const entry = order[i] as number
      const place = (first[entry] as number) - lowest
      const bit = 1 << (place & 31)
      const word = taken[place >> 5] as number
      doubled |= word & bit
      taken[place >> 5] = word | bit
      places[place] = entry
    }
    if (doubled === 0) this.collect(words)
    taken.fill(0, 0, words)
    return doubled === 0
  }

  private collect(words: number): void {
    const { order } = this
    let next = 0
    for (let word = 0; word < words; word++) {
      for (let bits = taken[word] as number; bits !== 0; bits &= bits - 1) {
        order[next++] = places[(word << 5) + 31 - Math.clz32(bits & -bits)] as number
      }
    }
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
    const { order, other, ranks, otherRanks } = this
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
