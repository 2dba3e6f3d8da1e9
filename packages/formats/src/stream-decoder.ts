import type { Decoder, DecoderStats } from './decoder.ts'
import { InputWindow } from './input-window.ts'
import type { RecordRow } from './record-row.ts'

/** The part of a decoder that knows a format. */
export interface RecordFormat {
  /** Takes all whole records from the window, moving its start; `final`: no bytes will follow. */
  decode(window: InputWindow, final: boolean): void
  /** Another input begins. */
  reset(): void
  fieldNames(): readonly string[] | null
}

const byteOrderMark = [0xef, 0xbb, 0xbf]

/** Chunks to records: the bytes' way is the same for all formats. */
export class StreamDecoder implements Decoder {
  private readonly row: RecordRow
  private readonly format: RecordFormat
  private readonly window = new InputWindow()
  private bytes = 0
  private begun = false

  constructor(row: RecordRow, format: RecordFormat) {
    this.row = row
    this.format = format
  }

  push(chunk: Uint8Array, ingestionMs?: number): void {
    this.row.ingestionMs = ingestionMs
    this.row.latestMs = ingestionMs === undefined ? Infinity : ingestionMs + this.row.layout.node.maxAheadMs
    this.bytes += chunk.length
    for (let at = 0; at < chunk.length; ) {
      at += this.window.fill(chunk, at)
      if (this.skipMark(false)) this.decode(false)
    }
  }

  flush(): void {
    this.row.flush()
  }

  finish(): void {
    this.skipMark(true)
    this.window.finish()
    this.decode(true)
  }

  end(): void {
    this.finish()
    this.row.flush()
  }

  reset(): void {
    this.window.reset()
    this.format.reset()
    this.row.beginInput()
    this.begun = false
  }

  precededBy(timeMs: number): void {
    this.row.precededBy(timeMs)
  }

  get lastTimeMs(): number {
    return this.row.previousTime()
  }

  get records(): number {
    return this.row.records
  }

  fieldNames(): readonly string[] | null {
    return this.format.fieldNames()
  }

  stats(): DecoderStats {
    const { row, bytes } = this
    return { records: row.records, rows: row.rows, bad: row.letters.bad, bytes, badByCode: row.letters.badByCode(), badByKey: row.tally.totals() }
  }

  /** Letters speak of bytes in the window, which are moved when more come. */
  private decode(final: boolean): void {
    const { row, window } = this
    row.letters.open(window)
    this.format.decode(window, final)
    row.letters.flush()
  }

  /** Skips a byte order mark; answers whether the input's begin is known well enough to go on. */
  private skipMark(final: boolean): boolean {
    if (this.begun) return true
    const { window } = this
    const length = Math.min(3, window.end - window.start)
    const matches = byteOrderMark.slice(0, length).every((byte, i) => window.bytes[window.start + i] === byte)
    if (matches && length < 3 && !final) return false
    this.begun = true
    if (matches && length === 3) window.start += 3
    return true
  }
}
