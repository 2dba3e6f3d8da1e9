import { isUtf8 } from 'node:buffer'
import { limits } from '@millrace/plan'
import { fault } from '../fault.ts'

const quote = 34
const backslash = 92

/**
 * A cursor over the bytes of one record. Every `read` moves `at` behind what it read and answers whether it fits the
 * grammar of RFC 8259; what does not sets `fault`.
 */
export class JsonText {
  bytes: Uint8Array = new Uint8Array(0)
  at = 0
  end = 0
  fault = 0
  /** Of the last string: its content, unescaped, is source[from, to). */
  source: Uint8Array = this.bytes
  from = 0
  to = 0
  private scratch = new Uint8Array(256)

  open(bytes: Uint8Array, from: number, end: number): void {
    this.bytes = bytes
    this.at = from
    this.end = end
    this.fault = fault.none
  }

  /** The next byte that is no white space, or -1 at the end. */
  peek(): number {
    const { bytes, end } = this
    let { at } = this
    for (; at < end; at++) {
      const byte = bytes[at] as number
      if (byte > 32) {
        this.at = at
        return byte
      }
      if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) break
    }
    this.at = at
    return at < end ? (bytes[at] as number) : -1
  }

  /** Reads a string whose opening quote is at `at`. */
  readString(): boolean {
    const { bytes, end } = this
    const from = this.at + 1
    let bits = 0
    for (let at = from; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === quote) {
        this.source = bytes
        this.from = from
        this.to = at
        this.at = at + 1
        return bits < 128 || this.checkUtf8()
      }
      if (byte === backslash) return this.readEscaped(from, at)
      if (byte < 32) return this.fail(at)
      bits |= byte
    }
    return this.fail(end)
  }

  /** Reads -?(0|[1-9]digits)(.digits)?(e[+-]?digits)?, which must be a whole token; it is bytes[from, to). */
  readNumber(): boolean {
    const { bytes } = this
    const from = this.at
    let at = from
    if (bytes[at] === 45) at++
    const first = at
    at = this.digits(at)
    if (at === first || (bytes[first] === 48 && at > first + 1)) return this.fail(from)
    if (bytes[at] === 46) {
      const fraction = at + 1
      at = this.digits(fraction)
      if (at === fraction) return this.fail(from)
    }
    if (at < this.end && ((bytes[at] as number) | 32) === 101) {
      at++
      if (bytes[at] === 43 || bytes[at] === 45) at++
      const exponent = at
      at = this.digits(exponent)
      if (at === exponent) return this.fail(from)
    }
    this.source = bytes
    this.from = from
    this.to = at
    this.at = at
    return true
  }

  /** Reads true, false or null. */
  readWord(word: string): boolean {
    const from = this.at
    for (let i = 0; i < word.length; i++) if (from + i >= this.end || this.bytes[from + i] !== word.charCodeAt(i)) return this.fail(from)
    this.source = this.bytes
    this.from = from
    this.to = this.at = from + word.length
    return true
  }

  /** Reads a value of any kind without keeping it; `depth`: how deep it stands. */
  skipValue(depth: number): boolean {
    const openings: number[] = []
    for (;;) {
      const byte = this.peek()
      if (byte === 123 || byte === 91) {
        this.at++
        if (this.peek() === byte + 2) this.at++
        else {
          openings.push(byte)
          if (openings.length + depth > limits.planDepth) return this.fail(this.at, fault.tooDeep)
          if (byte === 123 && !this.readKey()) return false
          continue
        }
      } else if (!this.readScalar(byte)) return false
      if (!this.closeSkipped(openings)) return false
      if (openings.length === 0) return true
    }
  }

  /** Reads `"key" :`. */
  readKey(): boolean {
    if (this.peek() !== quote || !this.readString()) return this.fault !== 0 ? false : this.fail(this.at)
    if (this.peek() !== 58) return this.fail(this.at)
    this.at++
    return true
  }

  readScalar(byte: number): boolean {
    if (byte === quote) return this.readString()
    if (byte === 45 || (byte >= 48 && byte <= 57)) return this.readNumber()
    if (byte === 116) return this.readWord('true')
    if (byte === 102) return this.readWord('false')
    return byte === 110 ? this.readWord('null') : this.fail(this.at)
  }

  fail(at: number, code: number = fault.syntax): false {
    if (this.fault === fault.none) {
      this.fault = code
      this.at = Math.min(at, this.end)
    }
    return false
  }

  /** After a value inside skipped brackets: closes them, or stands before the next value. */
  private closeSkipped(openings: number[]): boolean {
    while (openings.length > 0) {
      const opening = openings.at(-1) as number
      const byte = this.peek()
      if (byte === 44) {
        this.at++
        return opening === 123 ? this.readKey() : true
      }
      if (byte !== opening + 2) return this.fail(this.at)
      this.at++
      openings.pop()
    }
    return true
  }

  private digits(from: number): number {
    let at = from
    while (at < this.end && (bytesAt(this.bytes, at) ^ 48) < 10) at++
    return at
  }

  private checkUtf8(): boolean {
    return isUtf8(this.source.subarray(this.from, this.to)) || this.fail(this.from, fault.notUtf8)
  }

  /** A string with escapes, unescaped into the scratch; bytes[from, firstEscape) stand as they are. */
  private readEscaped(from: number, firstEscape: number): boolean {
    const { bytes, end } = this
    this.room(firstEscape - from + 8)
    this.scratch.set(bytes.subarray(from, firstEscape))
    let length = firstEscape - from
    for (let at = firstEscape; at < end; ) {
      const byte = bytes[at] as number
      if (byte === quote) {
        this.source = this.scratch
        this.from = 0
        this.to = length
        this.at = at + 1
        return this.checkUtf8()
      }
      if (byte < 32) return this.fail(at)
      this.room(length + 8)
      if (byte !== backslash) {
        this.scratch[length++] = byte
        at++
        continue
      }
      this.at = at
      const code = this.readEscape()
      if (code < 0) return false
      at = this.at
      length = this.append(code, length)
    }
    return this.fail(end)
  }

  /** The code point of the escape at `at`, which moves behind it; -1: none. Lone surrogates are no text. */
  private readEscape(): number {
    const { at, bytes, end } = this
    const byte = at + 1 < end ? (bytes[at + 1] as number) : -1
    if (byte !== 117) {
      const index = '"\\/bfnrt'.indexOf(String.fromCharCode(byte))
      if (byte < 0 || index < 0) {
        this.fail(at)
        return -1
      }
      this.at = at + 2
      return '"\\/\b\f\n\r\t'.charCodeAt(index)
    }
    const high = this.hex(at + 2)
    if (high < 0 || high < 0xd800 || high > 0xdfff) {
      this.at = at + 6
      if (high < 0) this.fail(at)
      return high
    }
    const low = bytes[at + 6] === backslash && bytes[at + 7] === 117 ? this.hex(at + 8) : -1
    if (high > 0xdbff || low < 0xdc00 || low > 0xdfff) {
      this.fail(at, fault.notUtf8)
      return -1
    }
    this.at = at + 12
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
  }

  private hex(from: number): number {
    if (from + 4 > this.end) return -1
    let value = 0
    for (let at = from; at < from + 4; at++) {
      const byte = this.bytes[at] as number
      const digit = byte >= 48 && byte <= 57 ? byte - 48 : (byte | 32) >= 97 && (byte | 32) <= 102 ? (byte | 32) - 87 : -1
      if (digit < 0) return -1
      value = value * 16 + digit
    }
    return value
  }

  private append(code: number, at: number): number {
    const { scratch } = this
    let length = at
    if (code < 0x80) scratch[length++] = code
    else {
      if (code < 0x800) scratch[length++] = 0xc0 | (code >> 6)
      else {
        if (code < 0x10000) scratch[length++] = 0xe0 | (code >> 12)
        else {
          scratch[length++] = 0xf0 | (code >> 18)
          scratch[length++] = 0x80 | ((code >> 12) & 63)
        }
        scratch[length++] = 0x80 | ((code >> 6) & 63)
      }
      scratch[length++] = 0x80 | (code & 63)
    }
    return length
  }

  private room(length: number): void {
    if (length <= this.scratch.length) return
    const grown = new Uint8Array(length * 2)
    grown.set(this.scratch)
    this.scratch = grown
  }
}

function bytesAt(bytes: Uint8Array, at: number): number {
  return bytes[at] as number
}
