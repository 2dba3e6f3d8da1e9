/** Bytes of a file: grows with zeros where something is written behind its end. */
export class GrowingBytes {
  #room: Uint8Array
  #length: number

  constructor(from?: GrowingBytes) {
    this.#room = from ? from.#room.slice(0, from.#length) : new Uint8Array(256)
    this.#length = from?.length ?? 0
  }

  get length(): number {
    return this.#length
  }

  view(from = 0, to = this.#length): Uint8Array {
    return this.#room.subarray(Math.min(from, this.#length), Math.min(to, this.#length))
  }

  write(at: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.grow(at + bytes.length)
    this.#room.set(bytes, at)
  }

  /** At least this long. */
  grow(length: number): void {
    if (length <= this.#length) return
    if (length > this.#room.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#room.length))
      larger.set(this.view())
      this.#room = larger
    }
    this.#length = length
  }

  /** Exactly this long; what is cut off is zero when the file grows again. */
  resize(length: number): void {
    this.grow(length)
    this.#room.fill(0, length, this.#length)
    this.#length = length
  }
}
