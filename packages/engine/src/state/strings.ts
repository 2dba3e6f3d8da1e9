import { Dictionary } from '@millrace/columns'
import { compareText } from '../code/runtime.ts'

/**
 * The strings that a job's state holds, by number: equal strings have equal numbers, so keys compare and
 * hash as integers. Batches bring dictionaries of their own; `mapped` translates their entries once.
 */
export class Strings {
  dictionary = new Dictionary()
  private translations = new WeakMap<Dictionary, Int32Array>()
  private live = 0

  /** Number here of every entry of a batch's dictionary. */
  mapped(dictionary: Dictionary): Int32Array {
    let known = this.translations.get(dictionary)
    if (known === undefined || known.length < dictionary.size) known = this.translate(dictionary, known)
    return known
  }

  numberOf(text: string): number {
    return this.dictionary.internText(text)
  }

  text(number: number): string {
    return this.dictionary.text(number)
  }

  /** By their UTF-8 bytes (semantics V3). */
  compare(left: number, right: number): number {
    return compareText(this.text(left), this.text(right))
  }

  get bytes(): number {
    return this.dictionary.bytes.byteLength + this.dictionary.offsets.byteLength * 4
  }

  /** Whether so many strings came since the last `keep` that looking for dead ones pays. */
  get overgrown(): boolean {
    return this.dictionary.size > 2 * this.live + (1 << 16)
  }

  /** Drops the strings not marked in `used`; answers the new number of each. */
  keep(used: Uint8Array): Int32Array {
    const before = this.dictionary
    const numbers = new Int32Array(before.size)
    this.dictionary = new Dictionary()
    for (let i = 0; i < numbers.length; i++)
      if (used[i] === 1) numbers[i] = this.dictionary.intern(before.bytes, before.offsets[i] as number, before.offsets[i + 1] as number)
    this.translations = new WeakMap()
    this.live = this.dictionary.size
    return numbers
  }

  private translate(dictionary: Dictionary, known: Int32Array | undefined): Int32Array {
    const from = known?.length ?? 0
    const numbers = new Int32Array(dictionary.size)
    if (known !== undefined) numbers.set(known)
    for (let i = from; i < numbers.length; i++)
      numbers[i] = this.dictionary.intern(dictionary.bytes, dictionary.offsets[i] as number, dictionary.offsets[i + 1] as number)
    this.translations.set(dictionary, numbers)
    return numbers
  }
}
