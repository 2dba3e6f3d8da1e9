/** Bytes being written: writers take a position and answer the one behind what they wrote; `room` is asked before. */
export class Output {
  bytes = new Uint8Array(64 << 10)
  view = new DataView(this.bytes.buffer)

  /** Makes sure that `length` bytes and a few more fit at `at`. */
  room(at: number, length: number): void {
    const needed = at + length + 16
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, at))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}
