/** What is written grows by pieces: none is copied. */
const pieceBytes = 1 << 20
/** Of a number. */
const mostBytes = 8

/** Writes numbers and texts. Whole numbers below 2^53 take as few bytes as they need: seven bits each, the lowest first (LEB128; DWARF 5, section 7.6). */
export class NumberWriter {
  readonly #pieces: Uint8Array[] = []
  #piece = Buffer.alloc(pieceBytes)
  #at = 0

  /** From 0 on. */
  whole(value: number): void {
    if (this.#at + mostBytes > this.#piece.length) this.#next(pieceBytes)
    let left = value
    for (; left >= 128; left = Math.floor(left / 128)) this.#piece[this.#at++] = (left % 128) | 128
    this.#piece[this.#at++] = left
  }

  /** Between -2^52 and 2^52: the sign is the lowest bit. */
  signed(value: number): void {
    this.whole(value < 0 ? -value * 2 - 1 : value * 2)
  }

  float64(value: number): void {
    if (this.#at + mostBytes > this.#piece.length) this.#next(pieceBytes)
    this.#at = this.#piece.writeDoubleLE(value, this.#at)
  }

  /** Its length, then UTF-8. */
  text(text: string): void {
    const bytes = Buffer.byteLength(text)
    this.whole(bytes)
    if (this.#at + bytes > this.#piece.length) this.#next(Math.max(pieceBytes, bytes))
    this.#at += this.#piece.write(text, this.#at)
  }

  /** What was written; nothing is written any more. */
  end(): readonly Uint8Array[] {
    this.#next(0)
    return this.#pieces
  }

  #next(bytes: number): void {
    this.#pieces.push(this.#piece.subarray(0, this.#at))
    this.#piece = Buffer.alloc(bytes)
    this.#at = 0
  }
}

/** Reads what a NumberWriter wrote. */
export class NumberReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  whole(): number {
    let value = 0
    for (let place = 1; ; place *= 128) {
      const byte = this.#bytes[this.#at++]!
      value += (byte & 127) * place
      if (byte < 128) return value
    }
  }

  signed(): number {
    const value = this.whole()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  float64(): number {
    this.#at += 8
    return this.#bytes.readDoubleLE(this.#at - 8)
  }

  text(): string {
    const bytes = this.whole()
    this.#at += bytes
    return this.#bytes.toString('utf8', this.#at - bytes, this.#at)
  }
}
