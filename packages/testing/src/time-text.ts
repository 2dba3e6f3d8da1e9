import type { TimestampNode } from '@millrace/plan'
import { zoneOf } from '@millrace/plan'

/**
 * An instant as a sender of the stream would write it: in the column's format, as local time of its zone
 * (UTC where it has none, or where the zone stands in the text).
 */
export function timeText(node: TimestampNode, ms: number): string | number {
  switch (node.format) {
    case 'iso':
      return node.zone === undefined ? new Date(ms).toISOString() : local(node, ms).toISOString().slice(0, -1)
    case 'epoch-s':
      return ms / 1000
    case 'epoch-ms':
      return ms
    case 'epoch-us':
      return ms * 1000
    default:
      return patternText(node.format, local(node, ms), node.zone ?? 'UTC')
  }
}

/** A date whose UTC parts are the local parts of the column's zone. */
function local(node: TimestampNode, ms: number): Date {
  const zone = node.zone === undefined ? undefined : zoneOf(node.zone)
  return new Date(ms + (zone?.offsetMsAt(ms) ?? 0))
}

function patternText(pattern: string, date: Date, zone: string): string {
  const parts: Readonly<Record<string, string>> = {
    yyyy: digits(date.getUTCFullYear(), 4),
    MM: digits(date.getUTCMonth() + 1, 2),
    dd: digits(date.getUTCDate(), 2),
    HH: digits(date.getUTCHours(), 2),
    mm: digits(date.getUTCMinutes(), 2),
    ss: digits(date.getUTCSeconds(), 2),
    SSS: digits(date.getUTCMilliseconds(), 3),
    z: zone,
  }
  return pattern.replace(/'([^']*)'|yyyy|MM|dd|HH|mm|ss|SSS|z/g, (part, quoted: string | undefined) => (quoted === undefined ? parts[part]! : quoted || "'"))
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
