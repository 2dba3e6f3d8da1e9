import { Dictionary } from '@millrace/columns'
import { MillraceError } from '@millrace/plan'
import { compareText } from '../code/runtime.ts'
import type { StateReader, StateWriter } from './bytes.ts'

const mostRecent = 256
/** Longer texts rarely come twice. */
const longestRecent = 128

/**
 * The strings that a job's state holds, by number: equal strings have equal numbers, so keys compare and
 * hash as integers. Batches bring dictionaries of their own; `mapped` translates their entries once.
 */
export class Strings {
  dictionary = new Dictionary()
  private translations = new WeakMap<Dictionary, Int32Array>()
  private live = 0
  /** Numbers of texts asked for lately: most come again and again. */
  private readonly recent = new Map<string, number>()

  /** Number here of every entry of a batch's dictionary. */
  mapped(dictionary: Dictionary): Int32Array {
    let known = this.translations.get(dictionary)
    if (known === undefined || known.length < dictionary.size) known = this.translate(dictionary, known)
    return known
  }

  numberOf(text: string): number {
    const known = this.recent.get(text)
    if (known !== undefined) return known
    const number = this.dictionary.internText(text)
    if (text.length > longestRecent) return number
    if (this.recent.size === mostRecent) this.recent.clear()
    this.recent.set(text, number)
    return number
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
    this.recent.clear()
    this.live = this.dictionary.size
    return numbers
  }

  snapshot(writer: StateWriter): void {
    const { offsets, bytes, size, byteLength } = this.dictionary
    writer.number(this.live)
    writer.array(offsets, size + 1)
    writer.array(bytes, byteLength)
  }

  /** Takes the strings of a snapshot, with their numbers, instead of its own; operators must share them anew. */
  restore(reader: StateReader): void {
    this.live = reader.count()
    const { offsets, bytes } = storedStrings(reader)
    this.dictionary = Dictionary.over(new Int32Array(offsets), new Uint8Array(bytes))
    this.translations = new WeakMap()
    this.recent.clear()
  }

  /** Adds the strings of one more part of a snapshot; answers the number here of each. */
  add(reader: StateReader): Int32Array {
    this.live += reader.count()
    const { offsets, bytes } = storedStrings(reader)
    const numbers = new Int32Array(offsets.length - 1)
    for (let entry = 0; entry < numbers.length; entry++) numbers[entry] = this.dictionary.intern(bytes, offsets[entry] as number, offsets[entry + 1] as number)
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

function storedStrings(reader: StateReader): { readonly offsets: Int32Array; readonly bytes: Uint8Array } {
  const offsets = reader.int32()
  const bytes = reader.uint8()
  let end = 0
  for (const offset of offsets) {
    if (offset < end) throw new MillraceError('SNAPSHOT_DAMAGED')
    end = offset
  }
  if (offsets[0] !== 0 || end !== bytes.length) throw new MillraceError('SNAPSHOT_DAMAGED')
  return { offsets, bytes }
}
