import type { KeyPart, KeyShape } from './key-shape.ts'
import type { Strings } from './strings.ts'

/** The key of an entry, part by part, as values: where it belongs must not depend on how a job numbers its strings. */
export class EntryKey {
  readonly shape: KeyShape
  private readonly strings: Strings
  private keys: Int32Array = new Int32Array(0)
  private entry = 0

  constructor(shape: KeyShape, strings: Strings) {
    this.shape = shape
    this.strings = strings
  }

  /** Stands at an entry from now on; its strings are numbers of the job's. */
  moveTo(keys: Int32Array, entry: number): this {
    this.keys = keys
    this.entry = entry
    return this
  }

  /** Number of the part that is the column of that name. */
  partNamed(column: string): number {
    return this.shape.parts.findIndex(({ field }) => field.name === column)
  }

  isMissing(part: number): boolean {
    return this.shape.flags >= 0 && ((this.word(this.shape.flags) >> part) & 1) === 1
  }

  /** Of parts other than strings; bool as 0 or 1; 0 where it is missing. */
  number(part: number): number {
    const { kind, word } = this.shape.parts[part] as KeyPart
    return kind === 'wide' ? this.word(word + 1) * 2 ** 32 + (this.word(word) >>> 0) : this.word(word)
  }

  /** UTF-8 of a string part; empty where it is missing. */
  utf8(part: number): Uint8Array {
    if (this.isMissing(part)) return new Uint8Array(0)
    const { bytes, offsets } = this.strings.dictionary
    const number = this.word((this.shape.parts[part] as KeyPart).word)
    return bytes.subarray(offsets[number] as number, offsets[number + 1] as number)
  }

  private word(word: number): number {
    return this.keys[this.entry * this.shape.words + word] as number
  }
}
