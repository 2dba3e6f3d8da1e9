import type { Output } from './output.ts'
import { writeAscii } from './write-number.ts'

const dayMs = 86_400_000

/** Writes instants as ISO 8601 in UTC. The day's text is kept, because neighbours are mostly of one day. */
export class TimeWriter {
  private day = Number.NaN
  private date = ''

  /** yyyy-MM-ddTHH:mm:ss[.SSS]Z, milliseconds only where there are any. Needs 32 bytes of room. */
  write(out: Output, at: number, ms: number): number {
    const day = Math.floor(ms / dayMs)
    if (day !== this.day) {
      this.day = day
      this.date = dateText(day * dayMs)
    }
    const { bytes } = out
    const from = writeAscii(out, at, this.date)
    const rest = ms - day * dayMs
    const seconds = (rest / 1000) | 0
    const milli = rest - seconds * 1000
    const minutes = (seconds / 60) | 0
    const hours = (minutes / 60) | 0
    writeTwo(bytes, from, hours)
    bytes[from + 2] = 58
    writeTwo(bytes, from + 3, minutes - hours * 60)
    bytes[from + 5] = 58
    writeTwo(bytes, from + 6, seconds - minutes * 60)
    let end = from + 8
    if (milli !== 0) {
      bytes[end] = 46
      const tenths = (milli / 10) | 0
      writeTwo(bytes, end + 1, tenths)
      bytes[end + 3] = 48 + milli - tenths * 10
      end += 4
    }
    bytes[end] = 90
    return end + 1
  }
}

function writeTwo(bytes: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0
  bytes[at] = 48 + tens
  bytes[at + 1] = 48 + value - tens * 10
}

/** Up to and with the T. Years beyond 9999 have a sign and six digits, as ISO 8601 asks. */
function dateText(ms: number): string {
  const text = new Date(ms).toISOString()
  return text.slice(0, text.indexOf('T') + 1)
}
