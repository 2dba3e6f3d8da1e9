import { Dictionary } from '@millrace/columns'
import type { RecordRow } from '../record-row.ts'
import { ClockText } from '../time/clock-text.ts'
import { EpochText } from '../time/epoch-text.ts'
import type { PatternItem } from '../time/pattern.ts'
import type { Judge, Run, RunState } from './run-state.ts'
import { type Target, targetsOf } from './scope.ts'

const sampleRecords = 192
/** An input shorter than this is decoded before warming up would pay. */
export const worthWarmingBytes = 32 << 10

/**
 * Runs new code over made-up records in which every usual form of a value occurs, and bad ones. V8 optimises code for the branches it
 * has seen; each one that it meets later throws the optimised code away, and a large input would spend its first
 * hundreds of thousands of records in slow code. The rows are dropped; `recordText` makes a record of the values' texts.
 */
export function warmUp(row: RecordRow, run: Run, judge: Judge, recordText: (texts: readonly string[], i: number) => string): void {
  row.flush()
  const targets = targetsOf(row)
  const records = Array.from({ length: sampleRecords }, (_, i) => sampleRecord(targets, i, recordText))
  for (const target of targets) primeZone(target)
  const text = new TextEncoder().encode(records.join(''))
  const bytes = new Uint8Array(text.length + 64)
  bytes.set(text)
  const view = new DataView(bytes.buffer)
  const state: RunState = { row: 0, slot: 0, at: 0 }
  judge.trial = true
  for (let at = 0; at < text.length; ) {
    const end = run(bytes, view, at, text.length, state, 0, Infinity)
    at = end > at ? end : bytes.indexOf(10, at) + 1
    if (at === 0) break
  }
  judge.trial = false
  row.builder.clear()
  for (const { builder } of targets) if (builder.kind === 'string') builder.dictionary = new Dictionary()
}

/** Every sixth has a value that does not fit, and every sixth is torn off. */
function sampleRecord(targets: readonly Target[], i: number, recordText: (texts: readonly string[], i: number) => string): string {
  const bad = i % 6 === 5 ? ((i / 6) | 0) % targets.length : -1
  const text = recordText(
    targets.map((target, column) => (column === bad ? '?' : sampleText(target, i))),
    i,
  )
  return i % 6 === 2 ? `${text.slice(0, (i * 7) % text.length)}\n` : text
}

/** The zone's text is learned from exact code. */
function primeZone({ reader }: Target): void {
  if (!(reader?.text instanceof ClockText)) return
  const bytes = new TextEncoder().encode(clockText(reader.text.items, 0))
  reader.text.parse(bytes, 0, bytes.length)
}

function sampleText(target: Target, i: number): string {
  const { builder, reader, sentinels } = target
  if (reader?.text instanceof EpochText) return digits({ 'epoch-s': 10, 'epoch-ms': 13, 'epoch-us': 15 }[reader.text.unit])
  if (reader?.text instanceof ClockText) return clockText(reader.text.items, i)
  const sign = i % 7 === 3 ? '-' : ''
  if (sentinels.length > 0 && i % 11 === 5) return String(sentinels[0])
  switch (builder.kind) {
    case 'bool':
      return i % 3 === 0 ? 'true' : 'false'
    case 'string':
      return `text ${i % 20}`
    case 'int32':
      return i % 17 === 0 ? '2147483647' : sign + digits(1 + (i % 9))
    case 'int64':
      return sign + digits(1 + (i % 15))
    default:
      return sign + digits(1 + (i % 7)) + (i % 8 === 0 ? '' : `.${digits((i >> 1) % 8 || 1)}`)
  }
}

function digits(count: number): string {
  return '123456789012345'.slice(0, count)
}

function clockText(items: readonly PatternItem[] | 'iso', i: number): string {
  const hour = String((i >> 2) % 24).padStart(2, '0')
  if (items === 'iso') return `2024-01-15T${hour}:30:45${i % 5 === 4 ? '.123' : ''}`
  const parts = { year: '2024', month: '01', day: '15', hour, minute: '30', second: '45' }
  return items
    .map((item) => {
      if (item.kind === 'literal') return String.fromCharCode(item.byte)
      if (item.kind === 'zone') return 'UTC'
      return item.part === 'fraction' ? digits(item.width) : parts[item.part]
    })
    .join('')
}
