/** What waits for its turn. */
export interface Waits {
  readonly tenant: string
  readonly bytes: number
}

/** What of a tenant waits, in its order. */
interface Lane<W> {
  waiting: W[]
  /** Of `waiting` so many were taken. */
  at: number
  /** Bytes that were taken of it; never behind those with whom it competes. */
  taken: number
  waitingBytes: number
  /** When it came to wait: who came first goes first among equals. */
  came: number
}

/**
 * Whose turn it is: of the tenants that wait, that of which the fewest bytes were taken. Time in which one had nothing that waits is not saved
 * up. So what little somebody appends never stands behind the much that others do, and what is much gets the room that is left.
 */
export class FairQueue<W extends Waits> {
  readonly #lanes = new Map<string, Lane<W>>()
  /** Those in which something waits; a binary heap, whose turn it is first. */
  readonly #heap: Lane<W>[] = []
  /** Bytes taken of the tenant whose turn it was last, before it. */
  #floor = 0
  #came = 0
  #bytes = 0

  get empty(): boolean {
    return this.#heap.length === 0
  }

  /** Of all that waits. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether so much more of a tenant is within its even share of `maxBytes`, beside the others that wait now; of who has nothing here, anything is. */
  hasRoom(tenant: string, bytes: number, maxBytes: number): boolean {
    const waiting = this.#lanes.get(tenant)?.waitingBytes ?? 0
    return waiting === 0 || waiting + bytes <= maxBytes / this.#heap.length
  }

  /** All that waits, by tenant. */
  all(): readonly W[] {
    return this.#heap.flatMap(({ waiting, at }) => waiting.slice(at))
  }

  add(one: W): void {
    const lane = this.#laneOf(one.tenant)
    if (lane.at === lane.waiting.length) Object.assign(lane, { waiting: [], at: 0 })
    lane.waiting.push(one)
    lane.waitingBytes += one.bytes
    this.#bytes += one.bytes
    if (lane.waiting.length - lane.at > 1) return
    lane.taken = Math.max(lane.taken, this.#floor)
    lane.came = ++this.#came
    this.#heap.push(lane)
    this.#rise(this.#heap.length - 1)
  }

  /** What comes next and has `maxBytes` at most; the first however much it has. */
  take(maxBytes: number): readonly W[] {
    const taken: W[] = []
    for (let bytes = 0; this.#heap.length > 0; ) {
      bytes += firstOf(this.#heap[0]!).bytes
      if (taken.length > 0 && bytes > maxBytes) break
      taken.push(this.#takeFirst(this.#heap[0]!))
    }
    return taken
  }

  /** Takes all that waits. */
  drain(): readonly W[] {
    const all = this.all()
    for (const lane of this.#heap.splice(0)) Object.assign(lane, { waiting: [], at: 0, waitingBytes: 0 })
    this.#bytes = 0
    return all
  }

  #laneOf(tenant: string): Lane<W> {
    const known = this.#lanes.get(tenant)
    if (known !== undefined) return known
    const lane: Lane<W> = { waiting: [], at: 0, taken: 0, waitingBytes: 0, came: 0 }
    this.#lanes.set(tenant, lane)
    return lane
  }

  #takeFirst(lane: Lane<W>): W {
    const one = firstOf(lane)
    lane.at++
    if (lane.at >= 1024 && lane.at * 2 >= lane.waiting.length) Object.assign(lane, { waiting: lane.waiting.slice(lane.at), at: 0 })
    this.#floor = Math.max(this.#floor, lane.taken)
    lane.taken += one.bytes
    lane.waitingBytes -= one.bytes
    this.#bytes -= one.bytes
    if (lane.at === lane.waiting.length) {
      const last = this.#heap.pop()!
      if (last === lane) return one
      this.#heap[0] = last
    }
    this.#sink(0)
    return one
  }

  #rise(at: number): void {
    for (let above = (at - 1) >> 1; at > 0 && this.#isBefore(at, above); above = (at - 1) >> 1) {
      this.#swap(at, above)
      at = above
    }
  }

  #sink(at: number): void {
    for (;;) {
      let first = at
      for (const below of [2 * at + 1, 2 * at + 2]) if (below < this.#heap.length && this.#isBefore(below, first)) first = below
      if (first === at) return
      this.#swap(at, first)
      at = first
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a]!, this.#heap[b]!]
    return one.taken === other.taken ? one.came < other.came : one.taken < other.taken
  }

  #swap(a: number, b: number): void {
    const lane = this.#heap[a]!
    this.#heap[a] = this.#heap[b]!
    this.#heap[b] = lane
  }
}

function firstOf<W>({ waiting, at }: Lane<W>): W {
  return waiting[at]!
}
