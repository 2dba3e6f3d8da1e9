import type { Zone } from '@millrace/plan'
import { fault } from '../fault.ts'
import { midnightMs } from './calendar.ts'
import type { PatternItem } from './pattern.ts'
import { ZoneNames } from './zone-names.ts'

const hourMs = 3_600_000

/**
 * Text of a date and a time of day to an instant, by a pattern or ISO 8601. Generated code asks `hourAt` for
 * the hour's first instant and adds minutes and seconds itself as long as `cache` matches the bytes.
 */
export class ClockText {
  /** Why the last `parse` gave NaN. */
  fault = 0
  /**
   * The bytes last seen: [0..7] the first `prefixBytes` as 4-byte words, of which the last may overlap; [8] length of the zone's text, [9..12] its mask and value as two words.
   */
  readonly cache = new Int32Array(13)
  /** First instant of the cached hour, ms. */
  readonly base = new Float64Array(1)
  /** Bytes up to and with the hour's digits, where minutes and seconds follow it; 0: no short way. */
  readonly prefixBytes: number
  readonly items: readonly PatternItem[] | 'iso'
  private readonly hourItems: readonly PatternItem[]
  private readonly zone: Zone | null
  private readonly names = new ZoneNames()
  /** The zone that the cached zone text means. */
  private suffixZone: Zone | null
  private year = 1970
  private month = 1
  private day = 1
  private hour = 0
  private minute = 0
  private second = 0
  private milli = 0
  private zoneFrom = 0
  private zoneTo = 0

  constructor(items: readonly PatternItem[] | 'iso', zone: Zone | null) {
    this.items = items
    this.zone = zone
    this.hourItems = items === 'iso' ? [] : items.slice(0, items.findIndex((item) => item.kind === 'digits' && item.part === 'hour') + 1)
    this.prefixBytes = items === 'iso' ? 13 : prefixOf(items)
    this.suffixZone = items !== 'iso' && items.some((item) => item.kind === 'zone') ? null : zone
  }

  /** ms since 1970, or NaN and `fault`; `zone` overrides the declared one where the text names none. */
  parse(bytes: Uint8Array, from: number, to: number, zone: Zone | null = this.zone): number {
    this.fault = fault.timestampFormat
    this.clear()
    const read = this.items === 'iso' ? this.readIso(bytes, from, to) : this.readItems(this.items, bytes, from, to)
    if (!read) return Number.NaN
    const local = this.localMs()
    if (Number.isNaN(local)) {
      this.fault = fault.timestampRange
      return Number.NaN
    }
    const named = this.zoneTo > this.zoneFrom
    const found = named ? this.names.find(bytes, this.zoneFrom, this.zoneTo) : zone
    if (found === undefined || found === null) {
      this.fault = fault.timestampZone
      return Number.NaN
    }
    this.rememberZone(bytes, found)
    this.fault = fault.none
    return found.toUtcMs(local)
  }

  /** The first instant of the hour whose digits stand before bytes[at + prefixBytes], or NaN; fills the cache. */
  hourAt(bytes: Uint8Array, at: number): number {
    const { suffixZone } = this
    if (suffixZone === null) return Number.NaN
    const read = this.items === 'iso' ? this.readIsoHour(bytes, at) : this.readItems(this.hourItems, bytes, at, at + this.prefixBytes)
    if (!read) return Number.NaN
    this.minute = 0
    this.second = 0
    this.milli = 0
    const local = this.localMs()
    if (Number.isNaN(local)) return local
    const first = suffixZone.toUtcMs(local)
    // Where the clocks change within the hour, minutes cannot just be added.
    if (suffixZone.toUtcMs(local + hourMs - 1) - first !== hourMs - 1) return Number.NaN
    this.base[0] = first
    this.remember(bytes, at)
    return first
  }

  private remember(bytes: Uint8Array, at: number): void {
    const last = this.prefixBytes - 4
    for (let word = 0; word * 4 < this.prefixBytes; word++) this.cache[word] = wordAt(bytes, at + Math.min(word * 4, last))
  }

  /** Another zone text than before makes the cached hour worthless. */
  private rememberZone(bytes: Uint8Array, zone: Zone): void {
    const length = this.zoneTo - this.zoneFrom
    if (length > 8 || this.prefixBytes === 0 || (length === 0 && zone !== this.zone)) return
    const { cache } = this
    const firstMask = maskOf(length)
    const secondMask = maskOf(length - 4)
    const first = length > 0 ? wordAt(bytes, this.zoneFrom) & firstMask : 0
    const second = length > 4 ? wordAt(bytes, this.zoneFrom + 4) & secondMask : 0
    if (cache[8] === length && cache[10] === first && cache[12] === second && this.suffixZone === zone) return
    cache[8] = length
    cache[9] = firstMask
    cache[10] = first
    cache[11] = secondMask
    cache[12] = second
    // 0 stands in no text of digits.
    cache[0] = 0
    this.suffixZone = zone
  }

  private localMs(): number {
    if (this.hour > 23 || this.minute > 59 || this.second > 59) return Number.NaN
    return midnightMs(this.year, this.month, this.day) + this.hour * hourMs + this.minute * 60_000 + this.second * 1000 + this.milli
  }

  /** What the text need not name. */
  private clear(): void {
    this.zoneFrom = 0
    this.zoneTo = 0
    this.hour = 0
    this.minute = 0
    this.second = 0
    this.milli = 0
  }

  /** Reads items until `to`, which the last one must reach. */
  private readItems(items: readonly PatternItem[], bytes: Uint8Array, from: number, to: number): boolean {
    let at = from
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as PatternItem
      if (item.kind === 'literal') {
        if (at >= to || bytes[at++] !== item.byte) return false
      } else if (item.kind === 'zone') {
        at = this.readZone(bytes, at, to, items[i + 1])
        if (at < 0) return false
      } else {
        if (at + item.width > to) return false
        const value = digitsAt(bytes, at, item.width)
        if (value < 0) return false
        this.store(item.part, value, item.width)
        at += item.width
      }
    }
    return at === to
  }

  private readZone(bytes: Uint8Array, from: number, to: number, next: PatternItem | undefined): number {
    let at = from
    while (at < to && !(next?.kind === 'literal' && bytes[at] === next.byte)) at++
    this.zoneFrom = from
    this.zoneTo = at
    return at === from ? -1 : at
  }

  private store(part: string, value: number, width: number): void {
    if (part === 'year') this.year = value
    else if (part === 'month') this.month = value
    else if (part === 'day') this.day = value
    else if (part === 'hour') this.hour = value
    else if (part === 'minute') this.minute = value
    else if (part === 'second') this.second = value
    else this.milli = Math.floor(value * 10 ** (3 - width))
  }

  /** yyyy-MM-dd, then T or a space, HH:mm, :ss, .fraction, zone; each but the date may be left out from the right. */
  private readIso(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from < 10 || !this.readIsoDate(bytes, from)) return false
    if (to === from + 10) return true
    if (to - from < 16 || !this.readIsoHour(bytes, from) || bytes[from + 13] !== 58) return false
    this.minute = digitsAt(bytes, from + 14, 2)
    if (this.minute < 0) return false
    let at = from + 16
    if (at + 2 < to && bytes[at] === 58) {
      this.second = digitsAt(bytes, at + 1, 2)
      if (this.second < 0) return false
      at += 3
      if (at < to && (bytes[at] === 46 || bytes[at] === 44)) {
        const end = this.readFraction(bytes, at + 1, to)
        if (end === at + 1) return false
        at = end
      }
    }
    if (at === to) return true
    if (!isOffset(bytes, at, to)) return false
    this.zoneFrom = at
    this.zoneTo = to
    return true
  }

  private readIsoDate(bytes: Uint8Array, from: number): boolean {
    this.year = digitsAt(bytes, from, 4)
    this.month = digitsAt(bytes, from + 5, 2)
    this.day = digitsAt(bytes, from + 8, 2)
    return this.year >= 0 && this.month >= 0 && this.day >= 0 && bytes[from + 4] === 45 && bytes[from + 7] === 45
  }

  private readIsoHour(bytes: Uint8Array, from: number): boolean {
    const between = bytes[from + 10]
    this.hour = digitsAt(bytes, from + 11, 2)
    return this.hour >= 0 && (between === 84 || between === 32 || between === 116) && this.readIsoDate(bytes, from)
  }

  /** Digits past the third are finer than a millisecond and are cut off. */
  private readFraction(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    this.milli = 0
    for (let unit = 100; at < to && isDigit(bytes[at] as number); at++, unit = Math.floor(unit / 10)) this.milli += ((bytes[at] as number) - 48) * unit
    return at
  }
}

/** Z or an offset: +02, +0200, +02:00. */
function isOffset(bytes: Uint8Array, from: number, to: number): boolean {
  const first = bytes[from] as number
  if (to - from === 1) return (first | 32) === 122
  if ((first !== 43 && first !== 45) || to - from > 6) return false
  const colon = bytes[from + 3] === 58
  const digits = to - from - 1 - (colon ? 1 : 0)
  return (digits === 2 && !colon) || digits === 4
}

/** Bytes up to the hour, if year, month, day stand before it, no zone does, and :mm:ss follows. */
function prefixOf(items: readonly PatternItem[]): number {
  const hour = items.findIndex((item) => item.kind === 'digits' && item.part === 'hour')
  const before = items.slice(0, hour + 1)
  const named = before.filter((item) => item.kind === 'digits').length
  if (hour < 0 || named !== 4 || before.some((item) => item.kind === 'zone')) return 0
  const bytes = before.reduce((sum, item) => sum + (item.kind === 'digits' ? item.width : 1), 0)
  return bytes <= 32 && isColonMinuteSecond(items.slice(hour + 1)) ? bytes : 0
}

function isColonMinuteSecond(items: readonly PatternItem[]): boolean {
  const text = items.map((item) => (item.kind === 'digits' ? item.part : item.kind === 'zone' ? 'zone' : String.fromCharCode(item.byte)))
  return /^:minute:second([.,]fraction)?(.{0,4}zone)?$/.test(text.join(''))
}

function digitsAt(bytes: Uint8Array, from: number, width: number): number {
  let value = 0
  for (let at = from; at < from + width; at++) {
    const digit = (bytes[at] as number) - 48
    if (!(digit >= 0 && digit <= 9)) return -1
    value = value * 10 + digit
  }
  return value
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)
}

/** Of a word's first `bytes` bytes. */
function maskOf(bytes: number): number {
  if (bytes <= 0) return 0
  return bytes >= 4 ? -1 : (1 << (bytes * 8)) - 1
}
