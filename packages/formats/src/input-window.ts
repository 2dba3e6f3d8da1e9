import { limits } from '@millrace/plan'

/** Bytes after the end: 0, so that reading a few bytes too far finds nothing that fits; a line feed near their end, where searches stop that read four bytes at a time. */
const paddingBytes = 64
const pieceBytes = 64 << 10

/**
 * The part of the input that is being decoded: bytes[start, end). What is left of a record waits here for the rest,
 * so it never holds more than a record's limit and one piece.
 */
export class InputWindow {
  bytes = new Uint8Array(2 * pieceBytes + paddingBytes)
  view = new DataView(this.bytes.buffer)
  start = 0
  end = 0
  /** Where bytes[0] stands in the input. */
  base = 0

  /** Takes as much of the chunk from `from` on as fits a piece; answers how much. */
  fill(chunk: Uint8Array, from: number): number {
    const length = Math.min(pieceBytes, chunk.length - from)
    this.makeRoom(length)
    this.bytes.set(length === chunk.length ? chunk : chunk.subarray(from, from + length), this.end)
    this.end += length
    this.bytes.fill(0, this.end, this.end + paddingBytes)
    this.bytes[this.end + paddingBytes - 4] = 10
    return length
  }

  /** Ends the input with a line feed, so that its last line is whole. */
  finish(): void {
    this.fill(Uint8Array.of(10), 0)
  }

  /** Another input begins. */
  reset(): void {
    this.start = 0
    this.end = 0
    this.base = 0
  }

  private makeRoom(length: number): void {
    const left = this.end - this.start
    if (this.end + length + paddingBytes <= this.bytes.length) return
    const needed = left + length + paddingBytes
    const from = this.bytes
    if (needed > from.length) {
      this.bytes = new Uint8Array(Math.min(Math.max(needed, from.length * 2), limits.recordBytes + 4 * pieceBytes))
      this.view = new DataView(this.bytes.buffer)
      this.bytes.set(from.subarray(this.start, this.end))
    } else from.copyWithin(0, this.start, this.end)
    this.base += this.start
    this.start = 0
    this.end = left
  }
}
