import { describe, expect, test } from 'vitest'
import { btsSensors, type ErrorType, emptyCounts, errorTypes, type GenerateKind, type GenerateOptions, generate } from './index.ts'

const kinds = ['bts', 'air'] as const
const formats = ['csv', 'ndjson'] as const

function lines(kind: GenerateKind, options: Partial<GenerateOptions>, counts = emptyCounts()): string[] {
  return [...generate(kind, { header: false, ...options }, counts)].join('').trimEnd().split('\n')
}

describe.each(kinds)('generate %s', (kind) => {
  test.each(formats)('%s: the same seed gives the same text, another seed another', (format) => {
    const options = { rows: 5_000, format, errorsOneIn: 7 }
    expect(lines(kind, { ...options, seed: 9 })).toEqual(lines(kind, { ...options, seed: 9 }))
    expect(lines(kind, { ...options, seed: 9 })).not.toEqual(lines(kind, { ...options, seed: 10 }))
  })

  test.each(formats)('%s: as many lines as rows, and as many bad ones as counted', (format) => {
    const counts = emptyCounts()
    const text = lines(kind, { rows: 6_000, format, errorsOneIn: 10, errorTypes: ['wrong-schema'] }, counts)
    expect(text).toHaveLength(6_000)
    expect(counts.rows).toBe(6_000)
    expect(text.filter((line) => line.includes('door'))).toHaveLength(counts.bad)
    expect(counts.bad / counts.rows).toBeCloseTo(0.1, 1)
  })

  test('good NDJSON lines parse', () => {
    for (const line of lines(kind, { rows: 1_000, format: 'ndjson' })) JSON.parse(line)
  })

  test.each(errorTypes)('%s: every line differs from a good one', (type: ErrorType) => {
    const separators = kind === 'bts' ? 6 : 11
    const separator = kind === 'bts' ? ',' : ';'
    const text = lines(kind, { rows: 500, errorsOneIn: 1, errorTypes: [type] })
    for (const line of text) {
      const fields = line.split(separator)
      const telling = fields.length !== separators + 1 || fields.includes('high') || fields[kind === 'bts' ? 3 : 5] === ''
      expect(telling, line).toBe(true)
    }
  })
})

describe('the shape of the alarms', () => {
  const text = lines('bts', { rows: 50_000 })
  const fields = text.map((line) => line.split(','))
  const share = (holds: (line: string[]) => boolean) => fields.filter(holds).length / fields.length

  test('a third of the rows come from one station', () => expect(share((line) => line[0] === '1161114000')).toBeCloseTo(0.33, 1))
  test('half of the alarms are active', () => expect(share((line) => line[6] === 'true')).toBeCloseTo(0.5, 1))
  test('4 % hold a sentinel', () => expect(share((line) => line[4] === '999999' || line[5] === '999999')).toBeCloseTo(0.04, 2))
  test('a fifth of the rows are repeated', () => expect(1 - new Set(text).size / text.length).toBeCloseTo(0.2, 1))
  test('keys are as many as asked for, all different', () => {
    const sensors = btsSensors({ stations: 126, sensors: 50_000 })
    expect(new Set(sensors.map((sensor) => `${sensor.station}/${sensor.datapoint}/${sensor.alarm}`)).size).toBe(50_000)
  })
  test('without disorder times never fall', () => {
    const times = lines('bts', { rows: 2_000, disorder: 0, duplicates: 0 }).map((line) => line.split(',')[3] as string)
    expect(times).toEqual(times.toSorted())
  })
})
