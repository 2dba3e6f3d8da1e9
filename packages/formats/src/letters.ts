import { catalogue, type ErrorCode, limits } from '@millrace/plan'
import { mostHeaderFields } from './csv/header.ts'
import type { DeadLetter, DeadLetters, DecoderSink } from './decoder.ts'
import { type Fault, faultCodes } from './fault.ts'
import type { InputWindow } from './input-window.ts'
import type { KeyTally } from './key-tally.ts'
import type { Layout } from './layout.ts'

/** Letters are handed over when there are so many. */
const mostLetters = 1024
/** Numbers of a letter: record's begin and end, fault, column, shown text's begin and end, row, entry of its key. */
const stride = 8
type Eight = readonly [number, number, number, number, number, number, number, number]
/** In place of a key's entry. */
const keyUnknown = -2
const excerptBytes = 64
const utf8 = new TextDecoder()

/**
 * Collects dead letters and counts them. A bad record must cost no more than a good one: a letter is a few numbers,
 * and its texts and bytes are made when somebody asks for them.
 */
export class Letters implements DeadLetters {
  count = 0
  private readonly layout: Layout
  private readonly tally: KeyTally
  private readonly sink: DecoderSink
  private handedOver = 0
  private readonly byFault = new Float64Array(faultCodes.length)
  private readonly numbers = new Int32Array(mostLetters * stride)
  /** Texts of keys that the tally does not keep, by letter. */
  private readonly otherKeys = new Map<number, string>()
  private source = new Uint8Array(0)
  private base = 0
  /** Rows of the batches before this one. */
  rowsBefore = 0
  /** Records of the inputs before this one. */
  recordsBefore = 0

  constructor(layout: Layout, tally: KeyTally, sink: DecoderSink) {
    this.layout = layout
    this.tally = tally
    this.sink = sink
  }

  get bad(): number {
    return this.handedOver + this.count
  }

  /** Positions of the next letters are the window's, which stays as it is until the flush. */
  open({ bytes, base }: InputWindow): void {
    this.source = bytes
    this.base = base
  }

  /**
   * The record is bytes from to `to`, in place of a row of the batch; the fault is in `column` (-1: in none) and shows
   * bytes shownFrom to shownTo. `keyKnown`: the values of its key stand in the row.
   */
  add(row: number, from: number, to: number, fault: Fault, column: number, shownFrom: number, shownTo: number, keyKnown: boolean): void {
    const { numbers, byFault, count } = this
    const at = count * stride
    byFault[fault] = (byFault[fault] as number) + 1
    numbers[at] = from
    numbers[at + 1] = to
    numbers[at + 2] = fault
    numbers[at + 3] = column
    numbers[at + 4] = shownFrom
    numbers[at + 5] = shownTo
    numbers[at + 6] = row
    const key = keyKnown ? this.tally.count(row) : keyUnknown
    numbers[at + 7] = key
    if (key === -1) this.otherKeys.set(count, this.tally.lastText ?? '')
    this.count = count + 1
    if (count + 1 === mostLetters) this.flush()
  }

  flush(): void {
    if (this.count === 0) return
    this.sink.deadLetters(this)
    this.handedOver += this.count
    this.count = 0
    if (this.otherKeys.size > 0) this.otherKeys.clear()
  }

  codeAt(index: number): ErrorCode {
    return faultCodes[this.numbers[index * stride + 2] as number] as ErrorCode
  }

  at(index: number): DeadLetter {
    const { layout } = this
    const at = index * stride
    const [from, to, , blamed, shownFrom, shownTo, row, key] = this.numbers.subarray(at, at + stride) as Int32Array & Eight
    const code = this.codeAt(index)
    return {
      stream: layout.stream,
      record: this.rowsBefore + row + this.handedOver + index + 1 - this.recordsBefore,
      byteOffset: this.base + from,
      bytes: this.source.slice(from, to),
      column: layout.fields[blamed]?.name ?? null,
      code,
      reason: this.reason(code, blamed, excerpt(this.source, shownFrom, Math.min(shownTo, to))),
      key: key >= 0 ? this.tally.keys.text(key) : (this.otherKeys.get(index) ?? null),
    }
  }

  *[Symbol.iterator](): Iterator<DeadLetter> {
    for (let i = 0; i < this.count; i++) yield this.at(i)
  }

  badByCode(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const [fault, code] of faultCodes.entries()) if (code !== null && this.byFault[fault] !== 0) counts.set(code, this.byFault[fault] as number)
    return counts
  }

  private reason(code: ErrorCode, blamed: number, text: string): string {
    const type = this.layout.leaves[blamed]?.type
    const context: Record<string, string | number> = {
      column: this.layout.fields[blamed]?.name ?? '',
      text,
      limit: limitOf(code),
      format: type?.kind === 'timestamp' ? type.format : '',
    }
    const { message, action } = catalogue[code]
    return `${message} ${action}`.replace(/\{(\w+)\}/g, (whole, name: string) => String(context[name] ?? whole))
  }
}

function excerpt(source: Uint8Array, from: number, to: number): string {
  const end = Math.min(to, from + excerptBytes)
  return JSON.stringify(utf8.decode(source.subarray(from, end)) + (end < to ? '...' : ''))
}

function limitOf(code: ErrorCode): number {
  if (code === 'RECORD_TOO_LONG') return limits.recordBytes
  if (code === 'CSV_BAD_HEADER') return mostHeaderFields
  return code === 'JSON_TOO_DEEP' ? limits.planDepth : limits.valueBytes
}
