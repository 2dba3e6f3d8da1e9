import { MillraceError } from '@millrace/plan'

/** Bytes before the first value: the checksum of all that follow. */
const headBytes = 8

/** Writes a snapshot: a checksum, then little-endian numbers and arrays, 8-byte aligned, one after the other. */
export class StateWriter {
  private buffer = new ArrayBuffer(1 << 12)
  private view = new DataView(this.buffer)
  private at = headBytes

  number(value: number): void {
    this.reserve(8)
    this.view.setFloat64(this.at, value, true)
    this.at += 8
  }

  array(values: Float64Array | Int32Array | Uint8Array, count = values.length): void {
    this.number(count)
    const bytes = new Uint8Array(values.buffer, values.byteOffset, count * values.BYTES_PER_ELEMENT)
    this.reserve(bytes.length + 8)
    new Uint8Array(this.buffer).set(bytes, this.at)
    this.at = aligned(this.at + bytes.length)
  }

  text(value: string): void {
    this.array(new TextEncoder().encode(value))
  }

  done(): Uint8Array {
    const bytes = this.buffer.slice(0, this.at)
    new DataView(bytes).setFloat64(0, checksum(bytes), true)
    return new Uint8Array(bytes)
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.byteLength) return
    const buffer = new ArrayBuffer(Math.max(this.buffer.byteLength * 2, this.at + bytes))
    new Uint8Array(buffer).set(new Uint8Array(this.buffer))
    this.buffer = buffer
    this.view = new DataView(buffer)
  }
}

/** Reads what StateWriter wrote, in the same order; refuses bytes that end too early or were changed. */
export class StateReader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private at = headBytes

  constructor(bytes: Uint8Array) {
    // A copy begins at an aligned offset, whatever the caller's buffer does.
    this.bytes = new Uint8Array(bytes)
    this.view = new DataView(this.bytes.buffer)
    if (bytes.length < headBytes || bytes.length % 8 !== 0 || this.view.getFloat64(0, true) !== checksum(this.bytes.buffer))
      throw new MillraceError('SNAPSHOT_DAMAGED')
  }

  number(): number {
    this.need(8)
    const value = this.view.getFloat64(this.at, true)
    this.at += 8
    return value
  }

  float64(): Float64Array {
    return new Float64Array(this.take(8))
  }

  int32(): Int32Array {
    return new Int32Array(this.take(4))
  }

  uint8(): Uint8Array {
    return new Uint8Array(this.take(1))
  }

  text(): string {
    return new TextDecoder().decode(this.uint8())
  }

  private take(bytesPerElement: number): ArrayBuffer {
    const bytes = this.number() * bytesPerElement
    this.need(bytes)
    const taken = this.bytes.slice(this.at, this.at + bytes)
    this.at = aligned(this.at + bytes)
    return taken.buffer
  }

  private need(bytes: number): void {
    if (!(bytes >= 0 && this.at + bytes <= this.bytes.length)) throw new MillraceError('SNAPSHOT_DAMAGED')
  }
}

const aligned = (at: number): number => Math.ceil(at / 8) * 8

/** Of all bytes behind the head, word by word, and of their number. A change of one word always shows: each step is a bijection. */
function checksum(buffer: ArrayBufferLike): number {
  const words = new Int32Array(buffer)
  let hash = words.length
  for (let at = headBytes / 4; at < words.length; at++) {
    hash = Math.imul(hash ^ (words[at] as number), 0x2c1b3c6d)
    hash ^= hash >>> 15
  }
  return hash
}
