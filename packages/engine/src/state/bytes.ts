import { MillraceError } from '@millrace/plan'

/** Writes a snapshot: little-endian numbers and arrays, 8-byte aligned, one after the other. */
export class StateWriter {
  private buffer = new ArrayBuffer(1 << 12)
  private view = new DataView(this.buffer)
  private at = 0

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
    this.at = (this.at + bytes.length + 7) & ~7
  }

  text(value: string): void {
    this.array(new TextEncoder().encode(value))
  }

  done(): Uint8Array {
    return new Uint8Array(this.buffer.slice(0, this.at))
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.byteLength) return
    const buffer = new ArrayBuffer(Math.max(this.buffer.byteLength * 2, this.at + bytes))
    new Uint8Array(buffer).set(new Uint8Array(this.buffer))
    this.buffer = buffer
    this.view = new DataView(buffer)
  }
}

/** Reads what StateWriter wrote, in the same order; refuses bytes that end too early. */
export class StateReader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private at = 0

  constructor(bytes: Uint8Array) {
    // A copy begins at an aligned offset, whatever the caller's buffer does.
    this.bytes = new Uint8Array(bytes)
    this.view = new DataView(this.bytes.buffer)
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
    this.at = (this.at + bytes + 7) & ~7
    return taken.buffer
  }

  private need(bytes: number): void {
    if (!(bytes >= 0 && this.at + bytes <= this.bytes.length)) throw new MillraceError('SNAPSHOT_DAMAGED')
  }
}
