import { openDecoder } from '@millrace/formats'
import type { ColumnNode, StreamNode } from '@millrace/plan'
import { describe, expect, test } from 'vitest'
import { emptyCounts, errorTypes, type GenerateOptions, generate } from './index.ts'

const at = (name: string, format: string): ColumnNode => ({ name, type: { kind: 'timestamp', format, zone: 'UTC' } })
const int = (name: string): ColumnNode => ({ name, type: { kind: 'int64' } })
const measure = (name: string): ColumnNode => ({ name, type: { kind: 'float64' }, missing: [999999] })
const text = (name: string): ColumnNode => ({ name, type: { kind: 'string' } })
const absent = (name: string): ColumnNode => ({ name, type: { kind: 'float64' }, optional: true })

const btsColumns = [
  int('station_id'),
  int('datapoint_id'),
  int('alarm_id'),
  at('event_time', 'yyyy-MM-dd HH:mm:ss'),
  measure('value'),
  measure('valueThreshold'),
  { name: 'isActive', type: { kind: 'bool' } },
] satisfies ColumnNode[]

const airCsvColumns = [
  int('sensor_id'),
  text('sensor_type'),
  int('location'),
  measure('lat'),
  measure('lon'),
  at('timestamp', 'iso'),
  measure('P1'),
  absent('durP1'),
  absent('ratioP1'),
  measure('P2'),
  absent('durP2'),
  absent('ratioP2'),
]

const airJsonColumns = [
  int('id'),
  { name: 'sampling_rate', type: { kind: 'float64' }, optional: true },
  at('timestamp', 'yyyy-MM-dd HH:mm:ss'),
  { name: 'location', type: { kind: 'record', columns: [int('id'), text('latitude'), text('longitude'), text('country')] } },
  {
    name: 'sensor',
    type: {
      kind: 'record',
      columns: [int('id'), text('pin'), { name: 'sensor_type', type: { kind: 'record', columns: [int('id'), text('name'), text('manufacturer')] } }],
    },
  },
  {
    name: 'sensordatavalues',
    type: { kind: 'list', element: { kind: 'record', columns: [int('id'), { name: 'value', type: { kind: 'float64', fromText: true } }, text('value_type')] } },
  },
] satisfies ColumnNode[]

function streamOf(columns: readonly ColumnNode[], time: string, format: StreamNode['format']): StreamNode {
  return {
    schema: { columns },
    format,
    time,
    withoutTime: 'reject',
    watermark: { kind: 'monotonic' },
    idleTimeoutMs: null,
    maxAheadMs: 3_600_000,
    unknownFields: 'strict',
    key: [],
  }
}

const cases = [
  ['bts', 'csv', streamOf(btsColumns, 'event_time', { kind: 'csv', separator: ',', header: 'auto' })],
  ['bts', 'ndjson', streamOf(btsColumns, 'event_time', { kind: 'ndjson' })],
  ['air', 'csv', streamOf(airCsvColumns, 'timestamp', { kind: 'csv', separator: ';', header: 'auto' })],
  ['air', 'ndjson', streamOf(airJsonColumns, 'timestamp', { kind: 'ndjson' })],
] as const

describe.each(cases)('%s as %s', (kind, format, stream) => {
  test.each(errorTypes)('every planted %s is a dead letter, and nothing else is', (type) => {
    const counts = emptyCounts()
    const options: Partial<GenerateOptions> = { rows: 3_000, format, errorsOneIn: 5, errorTypes: [type], sentinels: 0.1, duplicates: 0.1, skew: 0.3 }
    const reasons: string[] = []
    let rows = 0
    const decoder = openDecoder('s', stream, {
      batch: (batch) => {
        rows += batch.rows
      },
      deadLetters: (letters) => reasons.push(...Array.from(letters, (letter) => letter.reason)),
    })
    for (const chunk of generate(kind, options, counts)) decoder.push(Buffer.from(chunk))
    decoder.end()
    expect({ rows, bad: reasons.length }, reasons[0]).toEqual({ rows: counts.rows - counts.bad, bad: counts.bad })
  })
})
