import type { RecordRow } from '@millrace/api'
import { durationText } from '../durations.ts'
import { plainText } from '../plain-text.ts'
import { type Colour, coloured, type Terminal } from '../terminal.ts'

export interface SeenAlert {
  readonly tenant: string | null
  readonly app: string
  readonly row: RecordRow
  readonly seenMs: number
  /** From the sending of the record that caused it; null: not known. */
  readonly latencyMs: number | null
}

/** `12:00:05.123  bts  station-alarms  critical  open    station 7 failed 3 times  (9 ms)` */
export function alertLine({ tenant, app, row, seenMs, latencyMs }: SeenAlert, terminal: Terminal): string {
  const [event, severity] = [String(row['alert']), String(row['severity'])]
  const words = [clockText(seenMs), ...(tenant === null ? [] : [tenant.padEnd(3)]), app.padEnd(14), severity.padEnd(8), event.padEnd(8), String(row['message'])]
  const latency = latencyMs === null ? '' : `  ${coloured(terminal.outColours, 'dim', `(${durationText(latencyMs)})`)}`
  const colour = alertColour(event, severity)
  const text = plainText(words.join('  '))
  return `${colour === null ? text : coloured(terminal.outColours, colour, text)}${latency}`
}

function alertColour(event: string, severity: string): Colour | null {
  if (event === 'clear') return 'green'
  if (event === 'withdraw') return 'dim'
  return severity === 'critical' ? 'red' : severity === 'warning' ? 'yellow' : null
}

/** `12:00:05.123`, local time. */
export function clockText(ms: number): string {
  const date = new Date(ms)
  const digits = (value: number, count: number): string => String(value).padStart(count, '0')
  return `${digits(date.getHours(), 2)}:${digits(date.getMinutes(), 2)}:${digits(date.getSeconds(), 2)}.${digits(date.getMilliseconds(), 3)}`
}
