import type { Output } from './output.ts'

const dayMs = 86_400_000

/**
 * Writes instants as ISO 8601 in UTC. The last instant's text is kept: windows of neighbouring rows mostly have the
 * same bounds, and other instants the same day.
 */
export class TimeWriter {
  private last = Number.NaN
  private day = Number.NaN
  private dateLength = 0
  private length = 0
  private readonly text = new Uint8Array(32)
  private readonly words = new DataView(this.text.buffer)

  /** yyyy-MM-ddTHH:mm:ss[.SSS]Z, milliseconds only where there are any. Needs 32 bytes of room. */
  write({ view }: Output, at: number, ms: number): number {
    if (ms !== this.last) this.format(ms)
    const { words } = this
    for (let i = 0; i < 28; i += 4) view.setInt32(at + i, words.getInt32(i, true), true)
    return at + this.length
  }

  private format(ms: number): void {
    const day = Math.floor(ms / dayMs)
    if (day !== this.day) this.formatDate(day)
    this.last = ms
    const { text, dateLength } = this
    const rest = ms - day * dayMs
    const seconds = (rest / 1000) | 0
    const milli = rest - seconds * 1000
    const minutes = (seconds / 60) | 0
    const hours = (minutes / 60) | 0
    writeTwo(text, dateLength, hours)
    text[dateLength + 2] = 58
    writeTwo(text, dateLength + 3, minutes - hours * 60)
    text[dateLength + 5] = 58
    writeTwo(text, dateLength + 6, seconds - minutes * 60)
    let end = dateLength + 8
    if (milli !== 0) {
      const hundreds = (milli / 100) | 0
      text[end] = 46
      text[end + 1] = 48 + hundreds
      writeTwo(text, end + 2, milli - hundreds * 100)
      end += 4
    }
    text[end] = 90
    this.length = end + 1
  }

  /** Up to and with the T. Years beyond 9999 have a sign and six digits, as ISO 8601 asks. */
  private formatDate(day: number): void {
    const date = new Date(day * dayMs).toISOString()
    this.day = day
    this.dateLength = date.indexOf('T') + 1
    for (let i = 0; i < this.dateLength; i++) this.text[i] = date.charCodeAt(i)
  }
}

function writeTwo(bytes: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0
  bytes[at] = 48 + tens
  bytes[at + 1] = 48 + value - tens * 10
}
