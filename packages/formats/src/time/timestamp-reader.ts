import type { Float64Builder } from '@millrace/columns'
import { MillraceError, type TimestampNode, zoneOf } from '@millrace/plan'
import { fault } from '../fault.ts'
import type { Leaf } from '../layout.ts'
import type { ValueReader } from '../value/reader.ts'
import { ClockText } from './clock-text.ts'
import { EpochText, type EpochUnit, epochMs } from './epoch-text.ts'
import { parsePattern } from './pattern.ts'
import { ZoneNames } from './zone-names.ts'

/** The text of a timestamp column, as its format says. */
export type TimeText = ClockText | EpochText

const epochUnits: readonly string[] = ['epoch-s', 'epoch-ms', 'epoch-us'] satisfies EpochUnit[]

export class TimestampReader implements ValueReader {
  readonly text: TimeText
  /** Sentinels as instants. */
  readonly sentinels: readonly number[]
  private readonly builder: Float64Builder
  private readonly zones = new ZoneNames()

  constructor(leaf: Leaf, builder: Float64Builder) {
    this.text = timeText(leaf)
    this.builder = builder
    this.sentinels = leaf.missing.map((value) => this.sentinelMs(value)).filter((ms) => !Number.isNaN(ms))
  }

  read(bytes: Uint8Array, from: number, to: number, row: number): number {
    return this.store(this.text.parse(bytes, from, to), row)
  }

  /** With the name of the zone from another column, in which text that names none is meant. */
  readInZone(bytes: Uint8Array, from: number, to: number, row: number, zone: { bytes: Uint8Array; from: number; to: number }): number {
    const found = this.zones.find(zone.bytes, zone.from, zone.to)
    if (found === undefined) return fault.timestampZone
    return this.store(this.text instanceof ClockText ? this.text.parse(bytes, from, to, found) : this.text.parse(bytes, from, to), row)
  }

  private store(ms: number, row: number): number {
    if (Number.isNaN(ms)) return this.text.fault
    if (!this.sentinels.includes(ms)) this.builder.set(row, ms)
    else if (this.builder.validity === null) return fault.fieldMissing
    else this.builder.setMissing(row)
    return fault.none
  }

  private sentinelMs(value: number | string): number {
    if (typeof value === 'number' && this.text instanceof EpochText) return epochMs(this.text.unit, value)
    const bytes = new TextEncoder().encode(String(value))
    return this.text.parse(bytes, 0, bytes.length)
  }
}

function timeText(leaf: Leaf): TimeText {
  const node = leaf.type as TimestampNode
  const column = leaf.field.name
  if (epochUnits.includes(node.format)) return new EpochText(node.format as EpochUnit)
  const zone = node.zoneColumn === undefined ? zoneOf(node.zone ?? 'UTC') : null
  if (zone === undefined) throw new MillraceError('FORMAT_ZONE', { column, zone: node.zone })
  if (node.format === 'iso') return new ClockText('iso', zone)
  const items = parsePattern(node.format)
  if (typeof items === 'string') throw new MillraceError('FORMAT_TIMESTAMP', { column, format: node.format, reason: items })
  return new ClockText(items, zone)
}
