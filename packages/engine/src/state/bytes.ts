import { MillraceError } from '@millrace/plan'

type Numbers = Float64Array | Int32Array | Uint8Array

/** Arrays of fewer bytes are copied at once: one copy more of them costs less than to remember where they stand. */
const smallBytes = 1024

/** An array to be copied when all is laid out; what was written before it ends at `behind`. */
interface Block {
  readonly behind: number
  readonly bytes: Uint8Array
}

/**
 * Collects what a snapshot holds: little-endian numbers and arrays, 8-byte aligned, one after the other. Large arrays
 * are copied once, by `done`, when the size of all is known; until then they must not change.
 */
export class StateWriter {
  private small = new Float64Array(512)
  private smallBytes = new Uint8Array(this.small.buffer)
  /** Words of `small` taken. */
  private words = 0
  private readonly blocks: Block[] = []
  /** Words of all blocks. */
  private blockWords = 0

  number(value: number): void {
    if (this.words === this.small.length) this.grow(1)
    this.small[this.words++] = value
  }

  array(values: Numbers, count = values.length): void {
    this.number(count)
    this.append(new Uint8Array(values.buffer, values.byteOffset, count * values.BYTES_PER_ELEMENT))
  }

  text(value: string): void {
    this.array(new TextEncoder().encode(value))
  }

  /** Writes the number of bytes of what `write` writes, then that. */
  section(write: () => void): void {
    const at = this.words
    this.number(0)
    const before = this.byteLength
    write()
    this.small[at] = this.byteLength - before
  }

  get byteLength(): number {
    return (this.words + this.blockWords) * 8
  }

  /** Lays all out in memory that `into` gives, at least as many bytes as it is asked for, or in new memory. */
  done(into?: (bytes: number) => Uint8Array): Uint8Array {
    const { byteLength } = this
    const given = into?.(byteLength) ?? new Uint8Array(byteLength)
    const target = given.subarray(0, byteLength)
    let at = 0
    let behind = 0
    for (const block of this.blocks) {
      target.set(this.smallBytes.subarray(behind * 8, block.behind * 8), at)
      at += (block.behind - behind) * 8
      behind = block.behind
      target.set(block.bytes, at)
      const end = at + block.bytes.length
      at = aligned(end)
      // Memory used before is not clean.
      target.fill(0, end, at)
    }
    target.set(this.smallBytes.subarray(behind * 8, this.words * 8), at)
    return target
  }

  private append(bytes: Uint8Array): void {
    const words = aligned(bytes.length) / 8
    if (bytes.length > smallBytes) {
      this.blocks.push({ behind: this.words, bytes })
      this.blockWords += words
      return
    }
    if (this.words + words > this.small.length) this.grow(words)
    this.smallBytes.set(bytes, this.words * 8)
    this.words += words
  }

  private grow(words: number): void {
    const larger = new Float64Array(this.small.length * 2 + words)
    larger.set(this.small)
    this.small = larger
    this.smallBytes = new Uint8Array(larger.buffer)
  }
}

/**
 * Reads what a StateWriter wrote, in the same order. Arrays are views of the bytes; whoever keeps one copies it. Bytes
 * that end too early, or lengths that cannot be, are refused; whether the bytes are those written is for their store to know.
 */
export class StateReader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private at: number
  private readonly end: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    // Views of 8-byte numbers need an aligned begin.
    this.bytes = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length)
    this.at = at
    this.end = end
  }

  get isDone(): boolean {
    return this.at === this.end
  }

  number(): number {
    const at = this.skip(8)
    return this.view.getFloat64(at, true)
  }

  /** A number that counts something. */
  count(): number {
    const value = this.number()
    if (!Number.isSafeInteger(value) || value < 0) throw new MillraceError('SNAPSHOT_DAMAGED')
    return value
  }

  float64(): Float64Array {
    const count = this.count()
    return new Float64Array(this.bytes.buffer, this.bytes.byteOffset + this.skip(count * 8), count)
  }

  int32(): Int32Array {
    const count = this.count()
    return new Int32Array(this.bytes.buffer, this.bytes.byteOffset + this.skip(count * 4), count)
  }

  uint8(): Uint8Array {
    const count = this.count()
    const at = this.skip(count)
    return this.bytes.subarray(at, at + count)
  }

  text(): string {
    return new TextDecoder().decode(this.uint8())
  }

  /** What a `section` wrote. */
  section(): StateReader {
    const bytes = this.count()
    if (bytes % 8 !== 0) throw new MillraceError('SNAPSHOT_DAMAGED')
    const at = this.skip(bytes)
    return new StateReader(this.bytes, at, at + bytes)
  }

  /** What is left, as bytes. */
  rest(): Uint8Array {
    return this.bytes.subarray(this.at, this.end)
  }

  private skip(bytes: number): number {
    const { at } = this
    if (at + bytes > this.end) throw new MillraceError('SNAPSHOT_DAMAGED')
    this.at = aligned(at + bytes)
    return at
  }
}

const aligned = (at: number): number => Math.ceil(at / 8) * 8
