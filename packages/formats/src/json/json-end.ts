const quote = 34
const backslash = 92
const openBrace = 123

/** What may stand between records: white space, commas, and the brackets of arrays around them. */
export function isBetweenRecords(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13) || byte === 44 || byte === 91 || byte === 93
}

/** Finds where a record ends that begins anywhere and may come in pieces. */
export class JsonEnd {
  private depth = 0
  private inString = false
  private escaped = false
  private begun = false
  private scalar = false

  begin(): void {
    this.depth = 0
    this.inString = false
    this.escaped = false
    this.begun = false
  }

  /** The position after the record's last byte, or -1: look again from `end` on when more has come. */
  scan(bytes: Uint8Array, from: number, end: number): number {
    for (let at = from; at < end; at++) {
      const byte = bytes[at] as number
      const first = !this.begun
      if (first) {
        this.begun = true
        this.scalar = byte !== openBrace
      }
      if (this.inString) this.scanString(byte)
      else if (this.scalar) {
        if (!first && (isBetweenRecords(byte) || byte === openBrace)) return at
        if (byte === quote) this.inString = true
      } else if (byte === quote) this.inString = true
      else if (byte === openBrace || byte === 91) this.depth++
      else if (byte === 125 || byte === 93) {
        this.depth--
        if (this.depth === 0) return at + 1
      }
    }
    return -1
  }

  private scanString(byte: number): void {
    if (this.escaped) this.escaped = false
    else if (byte === backslash) this.escaped = true
    else if (byte === quote) this.inString = false
  }
}

/** White space around a record is not its own. */
export function trimmedEnd(bytes: Uint8Array, from: number, end: number): number {
  let to = end
  while (to > from && isSpace(bytes[to - 1] as number)) to--
  return to
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13
}
