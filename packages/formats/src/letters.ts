import { Dictionary } from '@millrace/columns'
import { catalogue, type ErrorCode, limits } from '@millrace/plan'
import type { DeadLetter } from './decoder.ts'
import { faultCodes } from './fault.ts'
import type { Layout } from './layout.ts'

const mostKeys = 10_000
const blockBytes = 64 << 10
const excerptBytes = 64
const utf8 = new TextDecoder()

/** Where a fault is: the column (-1: none) and the bytes to show, counted from the record's begin. */
export interface FaultPlace {
  readonly column: number
  readonly from: number
  readonly to: number
}

/**
 * Makes dead letters and counts them. A bad record must cost no more than a good one: its bytes go into a block that
 * many letters share, and the texts of a letter are made when somebody reads them.
 */
export class Letters {
  bad = 0
  private readonly layout: Layout
  private readonly byFault = new Float64Array(faultCodes.length)
  private readonly keys = new Dictionary()
  private keyCounts = new Float64Array(64)
  private otherKeys = 0
  private block = new Uint8Array(blockBytes)
  private used = 0

  constructor(layout: Layout) {
    this.layout = layout
  }

  /** The record is source[from, to); `key` are the bytes of its key, or null. */
  make(record: number, byteOffset: number, source: Uint8Array, from: number, to: number, fault: number, place: FaultPlace, key: KeyBytes | null): DeadLetter {
    this.bad++
    this.byFault[fault] = (this.byFault[fault] as number) + 1
    const at = this.copy(source, from, Math.min(to, from + limits.recordBytes))
    const letter = new Letter(this.layout, record, byteOffset, this.block, at, this.used, fault, place)
    if (key !== null) this.countKey(letter, key)
    return letter
  }

  badByCode(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const [fault, code] of faultCodes.entries()) if (code !== null && this.byFault[fault] !== 0) counts.set(code, this.byFault[fault] as number)
    return counts
  }

  badByKey(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (let entry = 0; entry < this.keys.size; entry++) counts.set(this.keys.text(entry), this.keyCounts[entry] as number)
    if (this.otherKeys > 0) counts.set('other', (counts.get('other') ?? 0) + this.otherKeys)
    return counts
  }

  private copy(source: Uint8Array, from: number, to: number): number {
    const length = to - from
    if (this.used + length > this.block.length) {
      this.block = new Uint8Array(Math.max(blockBytes, length))
      this.used = 0
    }
    const { block, used } = this
    // A loop is quicker than a call for a record of usual length.
    if (length > 256) block.set(source.subarray(from, to), used)
    else for (let i = 0; i < length; i++) block[used + i] = source[from + i] as number
    this.used = used + length
    return used
  }

  private countKey(letter: Letter, { bytes, length }: KeyBytes): void {
    if (this.keys.size >= mostKeys) {
      const text = utf8.decode(bytes.subarray(0, length))
      const known = this.keys.find(text)
      if (known < 0) {
        this.otherKeys++
        letter.setKey(text)
        return
      }
      this.count(letter, known)
    } else this.count(letter, this.keys.intern(bytes, 0, length))
  }

  private count(letter: Letter, entry: number): void {
    if (entry >= this.keyCounts.length) {
      const counts = new Float64Array(this.keyCounts.length * 2)
      counts.set(this.keyCounts)
      this.keyCounts = counts
    }
    this.keyCounts[entry] = (this.keyCounts[entry] as number) + 1
    letter.setKeyEntry(this.keys, entry)
  }
}

/** The text of a record's key in a buffer that is used again. */
export interface KeyBytes {
  readonly bytes: Uint8Array
  readonly length: number
}

class Letter implements DeadLetter {
  readonly record: number
  readonly byteOffset: number
  private readonly layout: Layout
  private readonly block: Uint8Array
  private readonly from: number
  private readonly to: number
  private readonly fault: number
  private readonly place: FaultPlace
  private keys: Dictionary | null = null
  private keyEntry = -1
  private keyText: string | null = null

  constructor(layout: Layout, record: number, byteOffset: number, block: Uint8Array, from: number, to: number, fault: number, place: FaultPlace) {
    this.layout = layout
    this.record = record
    this.byteOffset = byteOffset
    this.block = block
    this.from = from
    this.to = to
    this.fault = fault
    this.place = place
  }

  get stream(): string {
    return this.layout.stream
  }

  get bytes(): Uint8Array {
    return this.block.subarray(this.from, this.to)
  }

  get column(): string | null {
    return this.layout.fields[this.place.column]?.name ?? null
  }

  get code(): ErrorCode {
    return faultCodes[this.fault] as ErrorCode
  }

  get reason(): string {
    const { column, code } = this
    const type = this.layout.leaves[this.place.column]?.type
    const context: Record<string, string | number> = {
      column: column ?? '',
      text: this.excerpt(),
      limit: limitOf(code),
      format: type?.kind === 'timestamp' ? type.format : '',
    }
    const { message, action } = catalogue[code]
    return `${message} ${action}`.replace(/\{(\w+)\}/g, (whole, name: string) => String(context[name] ?? whole))
  }

  get key(): string | null {
    return this.keys === null ? this.keyText : this.keys.text(this.keyEntry)
  }

  setKey(text: string): void {
    this.keyText = text
  }

  setKeyEntry(keys: Dictionary, entry: number): void {
    this.keys = keys
    this.keyEntry = entry
  }

  /** Members are computed when they are read; this is what they all come to. */
  toJSON(): DeadLetter {
    const { stream, record, byteOffset, bytes, column, code, reason, key } = this
    return { stream, record, byteOffset, bytes, column, code, reason, key }
  }

  private excerpt(): string {
    const { bytes, place } = this
    const to = Math.min(place.to, place.from + excerptBytes)
    return JSON.stringify(utf8.decode(bytes.subarray(place.from, to)) + (to < place.to ? '...' : ''))
  }
}

function limitOf(code: ErrorCode): number {
  if (code === 'RECORD_TOO_LONG') return limits.recordBytes
  return code === 'JSON_TOO_DEEP' ? limits.planDepth : limits.valueBytes
}
