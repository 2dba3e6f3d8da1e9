const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Distinct strings, numbered in the order in which they came: entry i is the UTF-8 bytes
 * `bytes[offsets[i]]` up to `bytes[offsets[i + 1]]`. Append-only: a number once given keeps its
 * meaning, so whoever reads many batches of one dictionary may remember numbers.
 */
export class Dictionary {
  size = 0
  bytes: Uint8Array
  offsets: Int32Array
  private hashes: Int32Array
  private slots: Int32Array
  private texts: (string | undefined)[] = []

  constructor(entries = 16, byteCapacity = 256) {
    this.bytes = new Uint8Array(byteCapacity)
    this.offsets = new Int32Array(entries + 1)
    this.hashes = new Int32Array(entries)
    this.slots = new Int32Array(slotCount(entries))
  }

  /**
   * Entries that stand in bytes already: `offsets` has one more than there are entries. Nothing is copied; what is
   * needed to find entries is made when one is looked for.
   */
  static over(offsets: Int32Array, bytes: Uint8Array): Dictionary {
    const dictionary = new Dictionary(0, 0)
    dictionary.size = offsets.length - 1
    dictionary.offsets = offsets
    dictionary.bytes = bytes
    dictionary.hashes = new Int32Array(0)
    dictionary.slots = new Int32Array(0)
    return dictionary
  }

  /** The entry as a JavaScript string. */
  text(entry: number): string {
    const known = this.texts[entry]
    if (known !== undefined) return known
    const text = decoder.decode(this.bytes.subarray(this.offsets[entry], this.offsets[entry + 1]))
    this.texts[entry] = text
    return text
  }

  /** The number of a string, or -1 where the dictionary does not have it. */
  find(text: string): number {
    const bytes = encoder.encode(text)
    return this.lookup(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length))
  }

  /** The number of a string, which is added where it is new. */
  internText(text: string): number {
    const bytes = encoder.encode(text)
    return this.intern(bytes, 0, bytes.length)
  }

  /** Bytes of all entries. */
  get byteLength(): number {
    return this.offsets[this.size] as number
  }

  /** The number of the UTF-8 bytes source[from, to), or -1; `hash` is their hashBytes. */
  findBytes(source: Uint8Array, from: number, to: number, hash: number): number {
    return this.lookup(source, from, to, hash)
  }

  /** The number of the UTF-8 bytes source[from, to), which are copied where they are new. */
  intern(source: Uint8Array, from: number, to: number): number {
    const hash = hashBytes(source, from, to)
    const known = this.lookup(source, from, to, hash)
    return known >= 0 ? known : this.append(source, from, to, hash)
  }

  private lookup(source: Uint8Array, from: number, to: number, hash: number): number {
    if (this.slots.length === 0) this.index()
    const { slots, hashes, offsets, bytes } = this
    const mask = slots.length - 1
    const length = to - from
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] as number) - 1
      if (entry < 0) return -1
      if (hashes[entry] !== hash) continue
      const start = offsets[entry] as number
      if ((offsets[entry + 1] as number) - start !== length) continue
      let i = 0
      while (i < length && bytes[start + i] === source[from + i]) i++
      if (i === length) return entry
    }
  }

  private append(source: Uint8Array, from: number, to: number, hash: number): number {
    const entry = this.size
    const start = this.offsets[entry] as number
    const end = start + to - from
    if (entry === this.hashes.length) this.growEntries()
    if (end > this.bytes.length) this.growBytes(end)
    this.bytes.set(source.subarray(from, to), start)
    this.offsets[entry + 1] = end
    this.hashes[entry] = hash
    this.size = entry + 1
    this.place(entry, hash)
    return entry
  }

  private place(entry: number, hash: number): void {
    const { slots } = this
    const mask = slots.length - 1
    let slot = hash & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    slots[slot] = entry + 1
  }

  /** Makes the table of a dictionary that stands over given bytes. */
  private index(): void {
    const { size, offsets, bytes } = this
    this.hashes = Int32Array.from({ length: size }, (_, entry) => hashBytes(bytes, offsets[entry] as number, offsets[entry + 1] as number))
    this.slots = new Int32Array(slotCount(size))
    for (let entry = 0; entry < size; entry++) this.place(entry, this.hashes[entry] as number)
  }

  private growEntries(): void {
    const entries = Math.max(16, this.hashes.length * 2)
    const offsets = new Int32Array(entries + 1)
    offsets.set(this.offsets.subarray(0, this.size + 1))
    const hashes = new Int32Array(entries)
    hashes.set(this.hashes)
    this.offsets = offsets
    this.hashes = hashes
    this.slots = new Int32Array(slotCount(entries))
    for (let entry = 0; entry < this.size; entry++) this.place(entry, hashes[entry] as number)
  }

  private growBytes(atLeast: number): void {
    const bytes = new Uint8Array(Math.max(atLeast, this.bytes.length * 2))
    bytes.set(this.bytes)
    this.bytes = bytes
  }
}

/** At most half full, so that probes stay short. */
function slotCount(entries: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(8, entries * 2)))
}

/** FNV-1a, 32 bits, with a final mix so that its low bits can pick a slot. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5 | 0
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  return hash ^ (hash >>> 15)
}
