import type { StateWriter } from './bytes.ts'

/** Slots a key of the hash table: at most a quarter is taken, so that most probes hit at once. */
const slotsPerKey = 4
const smallest = 16

/**
 * The keys of one slice of time (or of all time) with the state of their aggregates, as columns: entry e
 * has its key in `keys[e * words]` on, the sequence of its first record in `first[e]` and its state in
 * `states[s][e]`. Entries stand in the order in which their keys came. `states[s][capacity]` is a place to
 * write to that nobody reads: updates aim there instead of branching.
 */
export class Pane {
  count = 0
  capacity = 0
  slots = new Int32Array(0)
  keys = new Int32Array(0)
  hashes = new Int32Array(0)
  first = new Float64Array(0)
  states: Float64Array[]
  /** Some key's number needs more than 32 bits. */
  wide = false
  /** How often the pane was emptied to be used anew. */
  uses = 0
  readonly words: number

  constructor(words: number, states: number, capacity = smallest) {
    this.words = words
    this.states = Array.from({ length: states }, () => new Float64Array(0))
    this.resize(Math.max(smallest, 2 ** Math.ceil(Math.log2(capacity))))
  }

  /** Doubles the room; generated code calls it and then loads the arrays again. */
  grow(): void {
    this.resize(this.capacity * 2)
  }

  /** Makes room for at least `capacity` entries. */
  reserve(capacity: number): void {
    if (capacity > this.capacity) this.resize(2 ** Math.ceil(Math.log2(capacity)))
  }

  clear(): void {
    if (this.count > this.capacity >> 4) this.slots.fill(0)
    else this.clearSlotsOfEntries()
    this.count = 0
    this.wide = false
    this.uses++
  }

  get bytes(): number {
    return this.capacity * (slotsPerKey * 4 + this.words * 4 + 4 + 8 + this.states.length * 8)
  }

  /** Without hashes: they follow from the keys; and of the states the first `states`. */
  snapshot(writer: StateWriter, states = this.states.length): void {
    writer.number(this.count)
    writer.number(this.wide ? 1 : 0)
    writer.array(this.keys, this.count * this.words)
    writer.array(this.first, this.count)
    for (const state of this.states.slice(0, states)) writer.array(state, this.count)
  }

  /** Gives the keys' hashes new places after they changed. */
  placeAll(): void {
    const { slots, hashes, count } = this
    const mask = slots.length - 1
    slots.fill(0)
    for (let entry = 0; entry < count; entry++) {
      let slot = (hashes[entry] as number) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = entry + 1
    }
  }

  private resize(capacity: number): void {
    this.capacity = capacity
    this.keys = grown(this.keys, new Int32Array(capacity * this.words))
    this.hashes = grown(this.hashes, new Int32Array(capacity))
    this.first = grown(this.first, new Float64Array(capacity))
    this.states = this.states.map((state) => grown(state.subarray(0, this.count), new Float64Array(capacity + 1)))
    this.slots = new Int32Array(capacity * slotsPerKey)
    this.placeAll()
  }

  /** Few entries in a large table: emptying their slots beats filling all. */
  private clearSlotsOfEntries(): void {
    const { slots, hashes, count } = this
    const mask = slots.length - 1
    for (let entry = 0; entry < count; entry++) {
      let slot = (hashes[entry] as number) & mask
      while (slots[slot] !== 0) {
        slots[slot] = 0
        slot = (slot + 1) & mask
      }
    }
  }
}

function grown<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from)
  return to
}
