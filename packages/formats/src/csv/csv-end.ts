import { limits } from '@millrace/plan'

const lineFeed = 10
const quote = 34
const fieldStart = 0
const unquoted = 1
const quoted = 2
const quoteInQuoted = 3

/**
 * Looks for the end of a record that did not come whole, going on where the last look ended: each byte is looked
 * at once, however small the pieces are in which it comes.
 */
export class CsvEnd {
  private readonly separator: number
  private state = fieldStart
  /** Bytes of the record looked at. */
  private looked = 0

  constructor(separator: number) {
    this.separator = separator
  }

  begin(): void {
    this.state = fieldStart
    this.looked = 0
  }

  /** Whether bytes[start, end) holds a whole record, or more than a record may have. */
  found(bytes: Uint8Array, start: number, end: number): boolean {
    let { state } = this
    for (let at = start + this.looked; at < end; at++) {
      const byte = bytes[at] as number
      if (state === quoted) {
        if (byte === quote) state = quoteInQuoted
        continue
      }
      if (state === quoteInQuoted && byte === quote) state = quoted
      else if (byte === lineFeed) return true
      else if (byte === this.separator) state = fieldStart
      else if (state === fieldStart && byte === quote) state = quoted
      else state = unquoted
    }
    this.state = state
    this.looked = end - start
    // A line may end with \r\n, which does not count.
    return this.looked > limits.recordBytes + 2
  }
}
