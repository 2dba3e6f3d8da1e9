import { catalogue, type ErrorCode, limits } from '@millrace/plan'
import type { DeadLetter } from './decoder.ts'
import { faultCodes } from './fault.ts'
import type { KeyTally } from './key-tally.ts'
import type { Layout } from './layout.ts'

const blockBytes = 64 << 10
const excerptBytes = 64
const utf8 = new TextDecoder()

/**
 * Makes dead letters and counts them. A bad record must cost no more than a good one: its bytes go into a block that
 * many letters share, and the texts of a letter are made when somebody reads them.
 */
export class Letters {
  bad = 0
  private readonly layout: Layout
  private readonly byFault = new Float64Array(faultCodes.length)
  private block = new Uint8Array(blockBytes)
  private used = 0

  constructor(layout: Layout) {
    this.layout = layout
  }

  /**
   * The record is source[from, to); the fault is in `column` (-1: in none) and shows source[shownFrom, shownTo).
   * `key` is an entry of the tally's keys, -1: its last text, -2: the key is not known.
   */
  make(
    record: number,
    byteOffset: number,
    source: Uint8Array,
    from: number,
    to: number,
    fault: number,
    column: number,
    shownFrom: number,
    shownTo: number,
    tally: KeyTally,
    key: number,
  ): DeadLetter {
    this.bad++
    this.byFault[fault] = (this.byFault[fault] as number) + 1
    const at = this.copy(source, from, Math.min(to, from + limits.recordBytes))
    const text = key === -1 ? tally.lastText : null
    return new Letter(this.layout, record, byteOffset, this.block, at, this.used, fault, column, shownFrom - from, shownTo - from, tally, key, text)
  }

  badByCode(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const [fault, code] of faultCodes.entries()) if (code !== null && this.byFault[fault] !== 0) counts.set(code, this.byFault[fault] as number)
    return counts
  }

  private copy(source: Uint8Array, from: number, to: number): number {
    const length = to - from
    if (this.used + length > this.block.length) {
      this.block = new Uint8Array(Math.max(blockBytes, length))
      this.used = 0
    }
    const { block, used } = this
    // A loop is quicker than a call for a short record.
    if (length > 48) block.set(source.subarray(from, to), used)
    else for (let i = 0; i < length; i++) block[used + i] = source[from + i] as number
    this.used = used + length
    return used
  }
}

class Letter implements DeadLetter {
  readonly record: number
  readonly byteOffset: number
  private readonly layout: Layout
  private readonly block: Uint8Array
  private readonly from: number
  private readonly to: number
  private readonly fault: number
  private readonly blamed: number
  private readonly shownFrom: number
  private readonly shownTo: number
  private readonly tally: KeyTally
  private readonly keyEntry: number
  private readonly keyText: string | null

  constructor(
    layout: Layout,
    record: number,
    byteOffset: number,
    block: Uint8Array,
    from: number,
    to: number,
    fault: number,
    blamed: number,
    shownFrom: number,
    shownTo: number,
    tally: KeyTally,
    keyEntry: number,
    keyText: string | null,
  ) {
    this.layout = layout
    this.record = record
    this.byteOffset = byteOffset
    this.block = block
    this.from = from
    this.to = to
    this.fault = fault
    this.blamed = blamed
    this.shownFrom = shownFrom
    this.shownTo = shownTo
    this.tally = tally
    this.keyEntry = keyEntry
    this.keyText = keyText
  }

  get stream(): string {
    return this.layout.stream
  }

  get bytes(): Uint8Array {
    return this.block.subarray(this.from, this.to)
  }

  get column(): string | null {
    return this.layout.fields[this.blamed]?.name ?? null
  }

  get code(): ErrorCode {
    return faultCodes[this.fault] as ErrorCode
  }

  get reason(): string {
    const { column, code } = this
    const type = this.layout.leaves[this.blamed]?.type
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
    return this.keyEntry < 0 ? this.keyText : this.tally.keys.text(this.keyEntry)
  }

  /** Members are computed when they are read; this is what they all come to. */
  toJSON(): DeadLetter {
    const { stream, record, byteOffset, bytes, column, code, reason, key } = this
    return { stream, record, byteOffset, bytes, column, code, reason, key }
  }

  private excerpt(): string {
    const to = Math.min(this.shownTo, this.shownFrom + excerptBytes)
    return JSON.stringify(utf8.decode(this.bytes.subarray(this.shownFrom, to)) + (to < this.shownTo ? '...' : ''))
  }
}

function limitOf(code: ErrorCode): number {
  if (code === 'RECORD_TOO_LONG') return limits.recordBytes
  return code === 'JSON_TOO_DEEP' ? limits.planDepth : limits.valueBytes
}
